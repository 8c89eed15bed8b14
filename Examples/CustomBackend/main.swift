import RegionKitTesting

let failures = await BackendConformance { DictionaryBackend($0) }.run()
for failure in failures { print(failure) }
print(failures.isEmpty ? "DictionaryBackend keeps the contract" : "\(failures.count) promises are not kept")
