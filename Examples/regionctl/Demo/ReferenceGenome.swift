/// The reference genomes of the Genome in a Bottle consortium, as their public bucket holds them.
///
/// <https://github.com/genome-in-a-bottle/giab_data_indexes>
struct ReferenceGenome: Sendable {
    /// The consortium's name, for example `HG001`.
    let id: String
    /// The sample's name at the Coriell Institute.
    let sample: String
    let description: String
    let prefix: String

    static let bucket = "giab"
    static let customer = "genome-in-a-bottle"

    static let all = [
        ReferenceGenome(id: "HG001", sample: "NA12878", description: "pilot genome", prefix: "data/NA12878/"),
        ReferenceGenome(
            id: "HG002",
            sample: "NA24385",
            description: "Ashkenazim trio, son",
            prefix: "data/AshkenazimTrio/HG002_NA24385_son/"
        ),
        ReferenceGenome(
            id: "HG003",
            sample: "NA24149",
            description: "Ashkenazim trio, father",
            prefix: "data/AshkenazimTrio/HG003_NA24149_father/"
        ),
        ReferenceGenome(
            id: "HG004",
            sample: "NA24143",
            description: "Ashkenazim trio, mother",
            prefix: "data/AshkenazimTrio/HG004_NA24143_mother/"
        ),
        ReferenceGenome(
            id: "HG005",
            sample: "NA24631",
            description: "Chinese trio, son",
            prefix: "data/ChineseTrio/HG005_NA24631_son/"
        ),
        ReferenceGenome(
            id: "HG006",
            sample: "NA24694",
            description: "Chinese trio, father",
            prefix: "data/ChineseTrio/HG006_NA24694-huCA017E_father/"
        ),
        ReferenceGenome(
            id: "HG007",
            sample: "NA24695",
            description: "Chinese trio, mother",
            prefix: "data/ChineseTrio/HG007_NA24695-hu38168_mother/"
        ),
    ]
}
