using System.Diagnostics;
using System.Globalization;

namespace MailStats.RealMtas;

/// <summary>
/// A real Postfix on a free port of loopback with configuration, queue and log in a folder of its own. It takes mail from
/// this machine for anybody and drops it, or gives it to another server and tries again every few seconds; it logs subjects.
/// </summary>
public sealed class RealPostfix : IAsyncDisposable
{
    // Accounts that every Debian has, that nothing else runs under, and that share no number with another: Postfix asks for that.
    private const string Owner = "news";
    private const string Group = "uucp";

    private static readonly string[] OwnedQueues =
        ["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"];

    private static readonly string[] Services =
    [
        "postlog unix-dgram n - n - 1 postlogd", "pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
        "rewrite unix - - n - - trivial-rewrite", "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce",
        "flush unix n - n 1000? 0 flush", "proxymap unix - - n - - proxymap", "smtp unix - - n - - smtp", "error unix - - n - - error",
        "retry unix - - n - - error", "discard unix - - n - - discard", "anvil unix - - n - 1 anvil", "scache unix - - n - 1 scache",
        "lmtp unix - - n - - lmtp",
    ];

    private readonly string _folder;
    private readonly MtaProcess _process;

    private RealPostfix(string folder, MtaProcess process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
    }

    public int Port { get; }

    public string LogFile => LogOf(_folder);

    /// <param name="relay">Port of the server on this machine that gets all mail.</param>
    /// <returns>The server, or why there is none.</returns>
    public static Task<(RealPostfix? Postfix, string? Missing)> StartRelayAsync(int relay) => StartAsync(
        "default_transport = smtp",
        string.Create(CultureInfo.InvariantCulture, $"relayhost = [127.0.0.1]:{relay}"),
        "smtp_tls_security_level = none",
        "minimal_backoff_time = 1s",
        "maximal_backoff_time = 2s",
        "queue_run_delay = 1s",
        "default_destination_rate_delay = 0s");

    /// <param name="settings">Lines for <c>main.cf</c>.</param>
    /// <returns>The server, or why there is none.</returns>
    public static async Task<(RealPostfix? Postfix, string? Missing)> StartAsync(params string[] settings)
    {
        var (programs, missing) = await DebianPrograms.FindAsync("postfix", "usr/lib/postfix/sbin/master", "postfix");

        if (programs is null)
        {
            return (null, missing);
        }

        // Below /tmp and short: the paths of UNIX sockets may have 107 bytes.
        var folder = Directory.CreateTempSubdirectory("postfix-").FullName;
        Run("chmod", "755", folder);
        MakeFolders(folder);
        var port = MtaProcess.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "conf"));
        await File.WriteAllTextAsync(Path.Combine(folder, "conf/header_checks"), "/^Subject:/ INFO\n");
        await File.WriteAllLinesAsync(Path.Combine(folder, "conf/main.cf"), Main(programs, folder).Concat(settings));
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "conf/master.cf"), [string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port} inet n - n - - smtpd"), .. Services]);

        var process = await MtaProcess.StartAsync(
            programs.In("usr/lib/postfix/sbin/master"), ["-c", Path.Combine(folder, "conf"), "-d"], programs.Libraries, port, LogOf(folder), folder, null);

        return (new(folder, process, port), null);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogOf(string folder) => Path.Combine(folder, "mail.log");

    private static string[] Main(DebianPrograms programs, string folder) =>
    [
        "compatibility_level = 3.6",
        $"queue_directory = {folder}/queue",
        $"data_directory = {folder}/data",
        $"command_directory = {programs.In("usr/sbin")}",
        $"daemon_directory = {programs.In("usr/lib/postfix/sbin")}",
        $"shlib_directory = {programs.In("usr/lib/postfix")}",
        $"meta_directory = {programs.In("etc/postfix")}",
        $"mail_owner = {Owner}",
        $"setgid_group = {Group}",
        "import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LD_LIBRARY_PATH",
        "export_environment = TZ LD_LIBRARY_PATH",
        $"maillog_file = {LogOf(folder)}",
        $"maillog_file_prefixes = {folder}",
        "myhostname = mx1.shop.example",
        "mydestination =",
        "inet_interfaces = 127.0.0.1",
        "inet_protocols = ipv4",
        "mynetworks = 127.0.0.0/8",
        "alias_maps =",
        "local_recipient_maps =",
        $"header_checks = regexp:{folder}/conf/header_checks",
        "default_transport = discard:",
    ];

    private static void MakeFolders(string folder)
    {
        foreach (var queue in OwnedQueues)
        {
            Directory.CreateDirectory(Path.Combine(folder, "queue", queue));
            Run("chown", Owner, Path.Combine(folder, "queue", queue));
            Run("chmod", "700", Path.Combine(folder, "queue", queue));
        }

        Directory.CreateDirectory(Path.Combine(folder, "queue/pid"));

        foreach (var (shared, mode) in (((string, string)[])[("queue/maildrop", "730"), ("queue/public", "710"), ("data", "700")]))
        {
            Directory.CreateDirectory(Path.Combine(folder, shared));
            Run("chown", $"{Owner}:{Group}", Path.Combine(folder, shared));
            Run("chmod", mode, Path.Combine(folder, shared));
        }
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
