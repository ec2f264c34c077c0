// Stores users.
import Foundation
import class UIKit.UIView
/// Keeps them.
@MainActor
public final class Store<T>: Base, Shape {
    init(client: Client, limit: Int = 10) { self.client = client }
    /// Looks one up.
    @discardableResult
    func find(by name: String, limit: Int = 10, _ rest: String...) async throws -> User? {
        let client = Client(name: name)
        return try await client.query(name).first()
    }
}
protocol Shape: Base { func area(scale: Double) -> Double }
struct Point { var x: Int }
enum Color { case red; func label() -> String { "x" } }
extension Store: Extra { func extra() {} }
func helper() {}
