/// A record: attribute names and their values, the key attributes included.
///
/// At most 400 KB by DynamoDB's measure; see ``ItemLimits``.
public typealias Item = [String: AttributeValue]
