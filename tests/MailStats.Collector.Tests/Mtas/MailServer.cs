using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace MailStats.Collector.Tests.Mtas;

/// <summary>
/// A real mail server on a free port of loopback that gives all mail to a sink, with configuration, queue and log in a
/// folder of its own. The programs are those installed, or Debian's packages unpacked below
/// <c>$TMPDIR/mailstats-mtas/postfix</c> and <c>…/exim</c> (dpkg -x), since Debian installs only one mail server at a time.
/// </summary>
internal sealed class MailServer : IAsyncDisposable
{
    // Accounts that every Debian has and nothing else runs under: Postfix asks for that.
    private const string Owner = "news";
    private const string Group = "uucp";

    private readonly Process _process;
    private readonly string _folder;

    private MailServer(Process process, string folder, int port, string log)
    {
        (_process, _folder, Port, Log) = (process, folder, port, log);
    }

    public int Port { get; }

    public string Log { get; }

    /// <summary>The folder that stands for <c>/</c>; null with the reason where the server cannot be started here.</summary>
    public static string? Find(string name, string program, out string reason)
    {
        reason = $"{name} is not installed (nor unpacked below {Path.Combine(Path.GetTempPath(), "mailstats-mtas", name)})";
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root")
        {
            reason = $"{name} can be started by root on Linux only";
            return null;
        }

        return new[] { "/", Path.Combine(Path.GetTempPath(), "mailstats-mtas", name) }.FirstOrDefault(root => File.Exists(Path.Combine(root, program)));
    }

    public static async Task<MailServer> StartPostfixAsync(string root, int sink)
    {
        var folder = Directory.CreateTempSubdirectory("postfix-").FullName;
        var port = FreePort();
        var conf = Path.Combine(folder, "conf");
        var log = Path.Combine(folder, "mail.log");
        Run("chmod", "755", folder);
        Directory.CreateDirectory(conf);
        foreach (var queue in (string[])["active", "bounce", "corrupt", "defer", "deferred", "flush", "hold", "incoming", "private", "saved", "trace"])
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

        await File.WriteAllTextAsync(Path.Combine(conf, "header_checks"), "/^Subject:/ INFO\n/^X-Spam-Score:/ INFO\n");
        await File.WriteAllTextAsync(Path.Combine(conf, "main.cf"), string.Create(CultureInfo.InvariantCulture, $"""
            compatibility_level = 3.6
            queue_directory = {folder}/queue
            data_directory = {folder}/data
            command_directory = {Path.Combine(root, "usr/sbin")}
            daemon_directory = {Path.Combine(root, "usr/lib/postfix/sbin")}
            shlib_directory = {Path.Combine(root, "usr/lib/postfix")}
            meta_directory = {Path.Combine(root, "etc/postfix")}
            mail_owner = {Owner}
            setgid_group = {Group}
            import_environment = MAIL_CONFIG MAIL_DEBUG MAIL_LOGTAG TZ LD_LIBRARY_PATH
            export_environment = TZ LD_LIBRARY_PATH
            maillog_file = {log}
            maillog_file_prefixes = {folder}
            myhostname = mx1.shop.example
            mydestination =
            inet_interfaces = 127.0.0.1
            inet_protocols = ipv4
            mynetworks = 127.0.0.0/8
            alias_maps =
            local_recipient_maps =
            header_checks = regexp:{conf}/header_checks
            relayhost = [127.0.0.1]:{sink}
            smtp_tls_security_level = none
            minimal_backoff_time = 1s
            maximal_backoff_time = 2s
            queue_run_delay = 1s
            default_destination_rate_delay = 0s

            """));
        await File.WriteAllTextAsync(Path.Combine(conf, "master.cf"), string.Create(CultureInfo.InvariantCulture, $"""
            127.0.0.1:{port} inet n - n - - smtpd
            postlog unix-dgram n - n - 1 postlogd
            pickup unix n - n 60 1 pickup
            cleanup unix n - n - 0 cleanup
            qmgr unix n - n 1 1 qmgr
            rewrite unix - - n - - trivial-rewrite
            bounce unix - - n - 0 bounce
            defer unix - - n - 0 bounce
            trace unix - - n - 0 bounce
            flush unix n - n 1000? 0 flush
            proxymap unix - - n - - proxymap
            smtp unix - - n - - smtp
            error unix - - n - - error
            retry unix - - n - - error
            anvil unix - - n - 1 anvil
            scache unix - - n - 1 scache

            """));

        return await StartAsync(folder, port, log, root, Path.Combine(root, "usr/lib/postfix/sbin/master"), "-c", conf, "-d");
    }

    public static async Task<MailServer> StartEximAsync(string root, int sink)
    {
        var folder = Directory.CreateTempSubdirectory("exim-").FullName;
        var port = FreePort();
        var conf = Path.Combine(folder, "exim.conf");
        Run("chmod", "755", folder);
        Directory.CreateDirectory(Path.Combine(folder, "spool"));
        Directory.CreateDirectory(Path.Combine(folder, "log"));
        Run("chown", "-R", $"{Owner}:{Owner}", Path.Combine(folder, "spool"), Path.Combine(folder, "log"));
        // A copy without the setuid bit: with it, unpacked libraries would not be looked for.
        var program = Path.Combine(folder, "exim4");
        File.Copy(Path.Combine(root, "usr/sbin/exim4"), program);
        Run("chmod", "755", program);
        await File.WriteAllTextAsync(conf, string.Create(CultureInfo.InvariantCulture, $"""
            exim_path = {program}
            deliver_drop_privilege
            exim_user = {Owner}
            exim_group = {Owner}
            keep_environment = LD_LIBRARY_PATH
            spool_directory = {folder}/spool
            log_file_path = {folder}/log/%slog
            log_selector = +subject
            primary_hostname = mx2.shop.example
            daemon_smtp_ports = {port}
            local_interfaces = 127.0.0.1
            tls_advertise_hosts =
            host_lookup =
            acl_smtp_rcpt = accept
            begin routers
            sink:
              driver = manualroute
              route_list = * 127.0.0.1
              self = send
              transport = sink
            begin transports
            sink:
              driver = smtp
              port = {sink}
              allow_localhost
              hosts_try_chunking =
            begin retry
            * * F,1h,1s

            """));
        string[] exim = [program, "-C", conf, "-bdf", "-q1s", "-oP", Path.Combine(folder, "spool/pid")];
        if (!(await File.ReadAllTextAsync("/etc/passwd")).Contains("Debian-exim:", StringComparison.Ordinal))
        {
            // Debian's Exim wants this account to exist: it gets an /etc/passwd of its own.
            await File.WriteAllTextAsync(Path.Combine(folder, "passwd"), await File.ReadAllTextAsync("/etc/passwd") + "Debian-exim:x:9:9::/:/bin/false\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "group"), await File.ReadAllTextAsync("/etc/group") + "Debian-exim:x:9:\n");
            exim = ["unshare", "-m", "sh", "-c", $"mount --bind {folder}/passwd /etc/passwd && mount --bind {folder}/group /etc/group && exec \"$@\"", "sh", .. exim];
        }

        return await StartAsync(folder, port, Path.Combine(folder, "log/mainlog"), root, exim[0], exim[1..]);
    }

    /// <summary>Hands in one message.</summary>
    public async Task SubmitAsync(string sender, string subject, params string[] recipients)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, Port);
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        string[] commands =
        [
            "EHLO client.shop.example", $"MAIL FROM:<{sender}>", .. recipients.Select(recipient => $"RCPT TO:<{recipient}>"), "DATA",
            $"From: <{sender}>\r\nSubject: {subject}\r\n\r\ntext\r\n.", "QUIT",
        ];
        await ExpectAsync(reader);
        foreach (var command in commands)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes(command + "\r\n"));
            await ExpectAsync(reader);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task ExpectAsync(StreamReader reader)
    {
        string line;
        do
        {
            line = await reader.ReadLineAsync() ?? throw new IOException("the server hung up");
        }
        while (line.Length > 3 && line[3] == '-');

        Assert.True(line[0] is '2' or '3', line);
    }

    private static async Task<MailServer> StartAsync(string folder, int port, string log, string root, string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments);
        if (root != "/")
        {
            start.Environment["LD_LIBRARY_PATH"] = string.Join(':', Directory.GetDirectories(Path.Combine(root, "usr/lib"), "*-linux-gnu*").Append(Path.Combine(root, "usr/lib/postfix")));
        }

        var server = new MailServer(Process.Start(start)!, folder, port, log);
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (!await ListensAsync(port))
        {
            Assert.False(server._process.HasExited, $"{program} ended: {(File.Exists(log) ? await File.ReadAllTextAsync(log) : "no log")}");
            await ticks.WaitForNextTickAsync(patience.Token);
        }

        return server;
    }

    private static async Task<bool> ListensAsync(int port)
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, port);

            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private static int FreePort()
    {
        using var socket = new TcpListener(IPAddress.Loopback, 0);
        socket.Start();

        return ((IPEndPoint)socket.LocalEndpoint).Port;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
    }
}
