using System.Diagnostics;
using System.Globalization;

namespace MailStats.RealMtas;

/// <summary>
/// A real Exim on a free port of loopback with configuration, spool and log in a folder of its own. Whoever logs in, with
/// any password, may send to anybody; the mail is dropped. Or all mail is given to another server and tried again every
/// second. It logs subjects.
/// </summary>
public sealed class RealExim : IAsyncDisposable
{
    private const string Owner = "news";

    // Debian's Exim wants this account to exist.
    private const string CompiledIn = "Debian-exim";

    private readonly string _folder;
    private readonly MtaProcess _process;

    private RealExim(string folder, MtaProcess process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
    }

    public int Port { get; }

    public string LogFile => LogOf(_folder);

    /// <param name="dataAcl">Lines of <c>acl_smtp_data</c> before its final <c>accept</c>.</param>
    /// <returns>The server, or why there is none.</returns>
    public static Task<(RealExim? Exim, string? Missing)> StartAsync(params string[] dataAcl) => StartAsync(null, [], dataAcl);

    /// <param name="rcptAcl">Lines of <c>acl_smtp_rcpt</c> before who logged in is accepted.</param>
    /// <returns>The server, or why there is none.</returns>
    public static Task<(RealExim? Exim, string? Missing)> StartAskingAtRcptAsync(params string[] rcptAcl) => StartAsync(null, rcptAcl, []);

    /// <param name="relay">Port of the server on this machine that gets all mail.</param>
    /// <returns>The server, or why there is none.</returns>
    public static Task<(RealExim? Exim, string? Missing)> StartRelayAsync(int relay) => StartAsync(relay, [], []);

    private static async Task<(RealExim? Exim, string? Missing)> StartAsync(int? relay, string[] rcptAcl, string[] dataAcl)
    {
        var (programs, missing) = await DebianPrograms.FindAsync("exim", "usr/sbin/exim4", "exim4-daemon-light", "exim4-base", "exim4-config", "libidn12");

        if (programs is null)
        {
            return (null, missing);
        }

        var hasAccount = (await File.ReadAllLinesAsync("/etc/passwd")).Any(line => line.StartsWith(CompiledIn + ":", StringComparison.Ordinal));

        if (!hasAccount && !Succeeds("unshare", "-m", "true"))
        {
            return (null, $"There is no account {CompiledIn}, and a process with an /etc/passwd of its own cannot be started here.");
        }

        var folder = Directory.CreateTempSubdirectory("exim-").FullName;
        var port = MtaProcess.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "spool"));
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        var configuration = Path.Combine(folder, "exim.conf");

        // A copy without the setuid bit: with it, unpacked libraries are not looked for.
        var copy = Path.Combine(folder, "exim4");
        File.Copy(programs.In("usr/sbin/exim4"), copy);
        Succeeds("chmod", "755", copy);
        await File.WriteAllLinesAsync(configuration, Configuration(copy, folder, port, relay, rcptAcl, dataAcl));
        Succeeds("chown", "-R", $"{Owner}:{Owner}", Path.Combine(folder, "spool"), Path.Combine(folder, "log"));
        Succeeds("chmod", "755", folder);

        string[] exim = [copy, "-C", configuration, "-bdf", .. relay is null ? Array.Empty<string>() : ["-q1s"], "-oP", Path.Combine(folder, "spool/pid")];
        var (program, arguments) = hasAccount ? (exim[0], exim[1..]) : await WithAccountAsync(folder, exim);
        var process = await MtaProcess.StartAsync(program, arguments, programs.Libraries, port, LogOf(folder), folder, null);

        return (new(folder, process, port), null);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogOf(string folder) => Path.Combine(folder, "log/mainlog");

    private static async Task<(string Program, string[] Arguments)> WithAccountAsync(string folder, string[] exim)
    {
        await File.WriteAllTextAsync(Path.Combine(folder, "passwd"), await File.ReadAllTextAsync("/etc/passwd") + $"{CompiledIn}:x:9:9::/:/bin/false\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "group"), await File.ReadAllTextAsync("/etc/group") + $"{CompiledIn}:x:9:\n");

        var own = $"mount --bind {folder}/passwd /etc/passwd && mount --bind {folder}/group /etc/group && exec \"$@\"";

        return ("unshare", ["-m", "sh", "-c", own, "sh", .. exim]);
    }

    private static IEnumerable<string> Configuration(
        string program, string folder, int port, int? relay, string[] rcptAcl, string[] dataAcl) =>
    [
        $"exim_path = {program}",
        "deliver_drop_privilege",
        $"exim_user = {Owner}",
        $"exim_group = {Owner}",
        "keep_environment = LD_LIBRARY_PATH",
        $"spool_directory = {folder}/spool",
        $"log_file_path = {folder}/log/%slog",
        "log_selector = +subject",
        "primary_hostname = mx2.shop.example",
        string.Create(CultureInfo.InvariantCulture, $"daemon_smtp_ports = {port}"),
        "local_interfaces = 127.0.0.1",
        "tls_advertise_hosts =",
        "host_lookup =",
        "acl_smtp_rcpt = acl_rcpt",
        "acl_smtp_data = acl_data",
        "begin acl",
        "acl_rcpt:",
        .. rcptAcl,
        relay is null ? "  accept authenticated = *" : "  accept",
        "  deny message = relay not permitted",
        "acl_data:",
        .. dataAcl,
        "  accept",
        "begin routers",
        "all:",
        .. relay is null ? (string[])["  driver = accept"] : ["  driver = manualroute", "  route_list = * 127.0.0.1", "  self = send"],
        relay is null ? "  transport = nowhere" : "  transport = relay",
        "begin transports",
        "nowhere:",
        "  driver = appendfile",
        "  file = /dev/null",
        "relay:",
        "  driver = smtp",
        string.Create(CultureInfo.InvariantCulture, $"  port = {relay ?? 25}"),
        "  allow_localhost",
        "  hosts_try_chunking =",
        "begin retry",
        "* * F,1h,1s",
        "begin authenticators",
        "plain:",
        "  driver = plaintext",
        "  public_name = PLAIN",
        "  server_condition = true",
        "  server_set_id = $auth2",
    ];

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();

        return process.ExitCode == 0;
    }
}
