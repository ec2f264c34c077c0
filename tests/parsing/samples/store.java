/* Copyright 2024 */
package com.example.shop;

import java.util.List;
import static java.util.Map.entry;
import com.example.db.*;

/** Keeps users. */
@Service
@Scope("x")
public class Store<T> extends Base<T> implements Closeable, Iterable<T> {
    private int n = 0;
    /** Makes one. */
    public Store(Client client) { this.client = client; }
    /**
     * Looks one up.
     */
    @Override @Deprecated(since = "1")
    public <R> List<User> find(final String name, @NotNull int limit, String... rest) throws IOException {
        Client client = new Client(name);
        return client.query(name).first(x -> x.id());
    }
    static class Inner { void go() {} }
    enum Color { RED; int code() { return 1; } }
}
interface Shape extends A, B { double area(double scale); }
record Point(int x, int y) implements Shape { }
@interface Mark { String value() default ""; }
