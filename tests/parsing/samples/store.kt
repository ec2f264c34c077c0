// Stores users.
package shop.data
import java.util.List
import shop.db.Client as C
import shop.all.*
/** Keeps them. */
@Service
open class Store<T>(private val client: Client, limit: Int = 10) : Base<T>(client), Shape {
    /** Looks one up. */
    @Get("/x")
    suspend fun find(name: String, limit: Int = 10, vararg rest: String): User? {
        val other = Client(name)
        return other.query(name).first()
    }
    companion object {
        fun open(path: String) = Store(path)
    }
}
interface Shape {
    fun area(scale: Double): Double
}
data class Point(val x: Int)
object Single {
    fun go() {}
}
enum class Color { RED }
fun String.twice(): String = this + this
fun helper() {}
