#include <vector>
#include "store.hpp"
using std::string;
namespace shop {
/// Keeps users.
template <typename T>
class Store : public Base<T>, private Other {
 public:
  explicit Store(Client& client, int limit = 10);
  virtual ~Store() = default;
  /// Looks one up.
  std::vector<User> find(const std::string& name, int limit = 10) const override {
    auto client = new Client(name);
    return client->query(name).first();
  }
  T operator+(const T& other);
  int size();
  static int count;
};
struct Point { int x; };
enum class Color { Red };
}  // namespace shop
int shop::Store::size() { return users.size(); }
template <class T> T twice(T x) { return x.times(2); }
int main(int argc, char** argv) { auto s = Store(1); return 0; }
