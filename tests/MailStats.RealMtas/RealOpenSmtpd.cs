using System.Globalization;

namespace MailStats.RealMtas;

/// <summary>
/// A real OpenSMTPD on a free port of loopback. Mail for <see cref="Domain"/> goes into a mailbox of this host, for
/// <see cref="FullDomain"/> and <see cref="GoneDomain"/> to programs that fail for now and for good, all other mail to another server. Its
/// accounts, queue and programs stand at fixed places, so it gets a file system of its own; it logs to syslog, which is read here.
/// </summary>
public sealed class RealOpenSmtpd : IAsyncDisposable
{
    public const string Domain = "shop.example";
    public const string FullDomain = "full.example";
    public const string GoneDomain = "gone.example";

    /// <summary>The account that has mailboxes.</summary>
    public const string User = "ann";

    private readonly string _folder;
    private readonly MtaProcess _process;

    private RealOpenSmtpd(string folder, MtaProcess process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
    }

    public int Port { get; }

    public string LogFile => LogOf(_folder);

    /// <param name="relay">Port of the server on this machine that gets other domains' mail.</param>
    /// <returns>The server, or why there is none.</returns>
    public static async Task<(RealOpenSmtpd? Server, string? Missing)> StartAsync(int relay)
    {
        var (programs, missing) = await DebianPrograms.FindAsync("opensmtpd", "usr/sbin/smtpd", "opensmtpd", "libevent-2.1-7", "libdb5.3");
        if (programs is null)
        {
            return (null, missing);
        }

        var seen = OwnFiles.Around(programs);
        if (!OwnFiles.CanBeMade(seen))
        {
            return (null, "A process with a file system of its own cannot be started here.");
        }

        var folder = Directory.CreateTempSubdirectory("opensmtpd-").FullName;
        var port = MtaProcess.FreePort();
        OwnFiles.MakeDevices(folder);
        Directory.CreateDirectory(Path.Combine(folder, "box"));
        await File.WriteAllTextAsync(Path.Combine(folder, "smtpd.conf"), Configuration(folder, port, relay));
        await AddAccountsAsync(folder, "opensmtpd", "opensmtpq", User);
        OwnFiles.Run("chmod", "755", folder);
        OwnFiles.Run("chmod", "777", Path.Combine(folder, "box"));
        var log = new SyslogFile(Path.Combine(folder, "dev/log"), LogOf(folder), "mx4");
        OwnFiles.Run("chmod", "666", Path.Combine(folder, "dev/log"));
        string[] own =
        [
            "hostname mx4.shop.example", .. seen, .. OwnFiles.Devices(folder),
            $"mount --bind {folder}/passwd /etc/passwd", $"mount --bind {folder}/group /etc/group",
            "mount -t tmpfs tmpfs /var/spool", "mkdir -m 711 /var/spool/smtpd",
            "mount -t tmpfs tmpfs /var/lib", "mkdir -p /var/lib/opensmtpd/empty", "mount -t tmpfs tmpfs /run",
            $"mount --rbind {folder}/dev /dev",
        ];

        var process = await MtaProcess.StartAsync(
            "unshare",
            ["-m", "-u", "sh", "-c", $"{string.Join(" && ", own)} && exec /usr/sbin/smtpd -F -f {folder}/smtpd.conf"],
            programs.Libraries,
            port,
            LogOf(folder),
            folder,
            log);

        return (new(folder, process, port), null);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogOf(string folder) => Path.Combine(folder, "mail.log");

    private static string Configuration(string folder, int port, int relay) => string.Create(CultureInfo.InvariantCulture, $$"""
        listen on 127.0.0.1 port {{port}}
        action "box" maildir "{{folder}}/box/%{user.username}"
        action "full" mda "echo no room >&2; exit 75"
        action "gone" mda "echo no such box >&2; exit 67"
        action "out" relay host smtp://127.0.0.1:{{relay}}
        match from any for domain "{{Domain}}" action "box"
        match from any for domain "{{FullDomain}}" action "full"
        match from any for domain "{{GoneDomain}}" action "gone"
        match from any for any action "out"

        """);

    /// <summary>This machine's accounts and those that it lacks.</summary>
    private static async Task AddAccountsAsync(string folder, params string[] names)
    {
        var (users, groups) = (await File.ReadAllLinesAsync("/etc/passwd"), await File.ReadAllLinesAsync("/etc/group"));
        var lacking = names.Where(name => !users.Any(line => line.StartsWith(name + ":", StringComparison.Ordinal))).ToList();
        await File.WriteAllLinesAsync(
            Path.Combine(folder, "passwd"), users.Concat(lacking.Select((name, at) => $"{name}:x:{Id(at)}:{Id(at)}::/var/lib/opensmtpd/empty:/bin/sh")));
        await File.WriteAllLinesAsync(Path.Combine(folder, "group"), groups.Concat(lacking.Select((name, at) => $"{name}:x:{Id(at)}:")));

        static string Id(int at) => (64_101 + at).ToString(CultureInfo.InvariantCulture);
    }
}
