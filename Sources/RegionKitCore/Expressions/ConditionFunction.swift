/// A function of DynamoDB's condition syntax that is a condition of its own; the only other one is `size`.
enum ConditionFunction: String, CaseIterable {
    case attributeExists = "attribute_exists"
    case attributeNotExists = "attribute_not_exists"
    case attributeType = "attribute_type"
    case beginsWith = "begins_with"
    case contains
}
