/// A record: attribute names and their values, the key attributes included.
///
/// At most 400 KB by DynamoDB's measure; see ``ItemLimits``.
///
/// Two names that differ in their Unicode normalisation alone (é as one code point, or as e and an accent) are one name
/// here, because Swift's `String` says so, and two in DynamoDB. An item of DynamoDB's that has both cannot be read; write
/// all names in one form.
public typealias Item = [String: AttributeValue]
