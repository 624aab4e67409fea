using System.Net;
using MailStats.MongoStandIn.Commands;

namespace MailStats.MongoStandIn.Wire;

/// <summary>Who is at the other end of a connection.</summary>
/// <param name="number">Of the connection.</param>
/// <param name="address">Where the client found the server: the one member calls itself by it, so any client can follow.</param>
/// <param name="login">Null where nobody has to say who they are.</param>
internal sealed class Client(int number, EndPoint address, Login? login)
{
    public int Number => number;

    public string Address { get; } = address.ToString()!;

    /// <summary>As it calls itself in its first message.</summary>
    public string Application { get; set; } = "";

    public Login? Login => login;

    public bool MayEnter => login is null || login.IsDone;
}
