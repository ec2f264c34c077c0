using System;
using System.Collections.Generic;
using static System.Math;
using Alias = System.IO.File;
namespace Shop.Data;
/// <summary>Keeps users.</summary>
[Serializable, Obsolete("x")]
public class Store<T> : Base<T>, IDisposable where T : class
{
    public Store(Client client) : base(client) { }
    public int Size { get; set; }
    /// <summary>Looks one up.</summary>
    [HttpGet("/x")]
    public async Task<User?> FindAsync(string name, int limit = 10, params string[] rest)
    {
        var client = new Client(name);
        int Local(int x) => x.Twice();
        return await client.Query<User>(name).First();
    }
}
public interface IShape { double Area(double scale); }
public struct Point { public int X; }
public record Person(string Name, int Age);
public enum Color { Red }
