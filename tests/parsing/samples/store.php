<?php
/** Stores users. */
namespace Shop\Data;
use Shop\Db\Client as C;
use Shop\{A, B as D};
use function Shop\helper;
require_once 'x.php';
/** Keeps them. */
#[Entity]
final class Store extends Base implements \Countable, Shape {
    use Loud;
    /** Looks one up. */
    #[Route('/x')]
    public function find(string $name, ?int $limit = 10, string ...$rest): ?User {
        $client = new Client($name);
        return $client->query($name)->first() ?? User::none();
    }
    abstract protected function later();
}
interface Shape { public function area(float $scale): float; }
trait Loud { function shout() {} }
enum Color: string { case Red = 'r'; function label() {} }
function helper(int &$x) { return strlen($x); }
