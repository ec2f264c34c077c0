// Stores users.
package shop.data
import scala.collection.mutable.{Map => M, Set}
import java.io._
/** Keeps them. */
@Service
class Store[T](client: Client, val limit: Int = 10) extends Base[T](client) with Shape {
  /** Looks one up. */
  @inline def find(name: String, limit: Int = 10, rest: String*): Option[User] = {
    val other = new Client(name)
    other.query(name).first()
  }
}
trait Shape extends Base { def area(scale: Double): Double }
object Store { def open(path: String) = new Store(path) }
case class Point(x: Int)
enum Color { case Red, Green }
def helper(): Unit = {}
