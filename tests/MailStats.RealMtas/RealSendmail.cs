using System.Globalization;

namespace MailStats.RealMtas;

/// <summary>
/// A real Sendmail on a free port of loopback with configuration and queue in a folder of its own. It gives all mail to another server and
/// tries again every second. It logs to syslog only, so it gets a <c>/dev</c> of its own whose <c>log</c> is read here.
/// </summary>
public sealed class RealSendmail : IAsyncDisposable
{
    // Accounts that every Debian has.
    private const string Owner = "news";
    private const string Group = "uucp";

    private readonly string _folder;
    private readonly MtaProcess _process;

    private RealSendmail(string folder, MtaProcess process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
    }

    public int Port { get; }

    public string LogFile => LogOf(_folder);

    /// <param name="relay">Port of the server on this machine that gets all mail.</param>
    /// <returns>The server, or why there is none.</returns>
    public static async Task<(RealSendmail? Sendmail, string? Missing)> StartRelayAsync(int relay)
    {
        var (programs, missing) = await DebianPrograms.FindAsync(
            "sendmail", "usr/libexec/sendmail/sendmail", "sendmail-bin", "libldap-2.5-0", "libsasl2-2", "libwrap0", "libnsl2", "libtirpc3", "libdb5.3");

        if (programs is null)
        {
            return (null, missing);
        }

        if (!OwnFiles.CanBeMade([]))
        {
            return (null, "A process with a /dev of its own cannot be started here.");
        }

        var folder = Directory.CreateTempSubdirectory("sendmail-").FullName;
        var port = MtaProcess.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "queue"));
        OwnFiles.MakeDevices(folder);

        // A copy without the setgid bit: with it, unpacked libraries are not looked for.
        var copy = Path.Combine(folder, "sendmail");
        File.Copy(programs.In("usr/libexec/sendmail/sendmail"), copy);
        await File.WriteAllTextAsync(Path.Combine(folder, "sendmail.cf"), Configuration(folder, port, relay));
        OwnFiles.Run("chmod", "755", copy, folder);
        OwnFiles.Run("chown", $"{Owner}:{Group}", Path.Combine(folder, "queue"));
        var log = new SyslogFile(Path.Combine(folder, "dev/log"), LogOf(folder), "mx3");
        OwnFiles.Run("chmod", "666", Path.Combine(folder, "dev/log"));

        string[] own = ["hostname mx3.shop.example", .. OwnFiles.Devices(folder), $"mount --rbind {folder}/dev /dev", "exec \"$@\""];

        var process = await MtaProcess.StartAsync(
            "unshare",
            ["-m", "-u", "sh", "-c", string.Join(" && ", own), "sh", copy, "-bD", "-q1s", $"-C{folder}/sendmail.cf"],
            programs.Libraries,
            port,
            LogOf(folder),
            folder,
            log);

        return (new(folder, process, port), null);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogOf(string folder) => Path.Combine(folder, "mail.log");

    /// <summary>The least that Sendmail runs with: an address is cut at its last @, put together again, and everything goes to one server.</summary>
    private static string Configuration(string folder, int port, int relay) => string.Create(CultureInfo.InvariantCulture, $"""
        V10/Berkeley
        Dwmx3
        Djmx3.shop.example
        DnMAILER-DAEMON
        O QueueDirectory={folder}/queue
        O PidFile={folder}/pid
        O AliasFile={folder}/aliases
        O LogLevel=9
        O QueueLA=1000
        O RefuseLA=1000
        O DelayLA=1000
        O DaemonPortOptions=Name=MTA, Family=inet, Addr=127.0.0.1, Port={port}
        O DontProbeInterfaces=True
        O DontBlameSendmail=GroupWritableDirPathSafe
        O DeliveryMode=background
        O MinQueueAge=1s
        O Timeout.queuereturn=5d
        O Timeout.ident=0s
        O OperatorChars=.:%@!^/[]+
        O SmtpGreetingMessage=$j Sendmail ready
        O RunAsUser={Owner}:{Group}
        O TrustedUser={Owner}
        O ConnectionCacheSize=0
        Troot
        HReceived: by $j id $i; $b
        Scanonify=3
        R$*<>$*{'\t'}$@ <@>
        R$*<$+>$*{'\t'}$2
        R$+@$+{'\t'}$@ $1<@$2>
        Sfinal=4
        R<@>{'\t'}$@
        R$*<@>{'\t'}$@
        R$+<@$+>{'\t'}$@ $1@$2
        Sparse=0
        R$*<@>{'\t'}$#local $: MAILER-DAEMON
        R$+<@$+>{'\t'}$#esmtp $@ [127.0.0.1] $: $1<@$2>
        R$*{'\t'}$#local $: $1
        Mlocal,{'\t'}P=/bin/true, F=lsDFMAw5:/|@qPSXmnz9, S=4, R=4, T=DNS/RFC822/X-Unix, A=true $u
        Mprog,{'\t'}P=/bin/true, F=lsDFMoqeu9, S=4, R=4, T=X-Unix/X-Unix/X-Unix, A=true
        Mesmtp,{'\t'}P=[IPC], F=mDFMuXa, S=4, R=4, E=\r\n, L=990, T=DNS/RFC822/SMTP, A=TCP $h {relay}

        """);
}
