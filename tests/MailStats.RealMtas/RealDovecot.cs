using System.Globalization;

namespace MailStats.RealMtas;

/// <summary>
/// A real Dovecot that takes mail by LMTP on a free port of loopback into mailboxes in a folder of its own. There are two:
/// <see cref="Mailbox"/>, and <see cref="BrokenMailbox"/>, whose folder cannot be made.
/// </summary>
public sealed class RealDovecot : IAsyncDisposable
{
    public const string Mailbox = "ann@shop.example";
    public const string BrokenMailbox = "broken@shop.example";

    // Accounts that every Debian has.
    private const string Owner = "news";

    private readonly string _folder;
    private readonly MtaProcess _process;

    private RealDovecot(string folder, MtaProcess process, int port)
    {
        (_folder, _process, Port) = (folder, process, port);
    }

    public int Port { get; }

    /// <summary>Messages in <see cref="Mailbox"/>.</summary>
    public int Messages => Directory.Exists(NewMail) ? Directory.GetFiles(NewMail).Length : 0;

    private string NewMail => Path.Combine(_folder, "mail", Mailbox, "new");

    /// <returns>The server, or why there is none.</returns>
    public static async Task<(RealDovecot? Server, string? Missing)> StartAsync()
    {
        var (programs, missing) = await DebianPrograms.FindAsync(
            "dovecot", "usr/lib/dovecot/lmtp", "dovecot-core", "dovecot-lmtpd", "libexttextcat-2.0-0", "libstemmer0d", "libwrap0", "libtirpc3", "liblua5.4-0",
            "libsodium23", "libapparmor1", "libunwind8");
        if (programs is null)
        {
            return (null, missing);
        }

        var seen = OwnFiles.Around(programs);
        if (!OwnFiles.CanBeMade(seen))
        {
            return (null, "A process with a file system of its own cannot be started here.");
        }

        // Below /tmp and short: the paths of UNIX sockets may have 107 bytes.
        var folder = Directory.CreateTempSubdirectory("dovecot-").FullName;
        var port = MtaProcess.FreePort();
        Directory.CreateDirectory(Path.Combine(folder, "mail"));
        await File.WriteAllTextAsync(Path.Combine(folder, "dovecot.conf"), Configuration(folder, port));
        await File.WriteAllLinesAsync(Path.Combine(folder, "users"), [$"{Mailbox}::9:9::{folder}/mail::", $"{BrokenMailbox}::9:9::/dev/null/none::"]);
        OwnFiles.Run("chmod", "755", folder);
        OwnFiles.Run("chown", Owner, Path.Combine(folder, "mail"));

        var process = await MtaProcess.StartAsync(
            "unshare",
            ["-m", "-u", "sh", "-c", string.Join(" && ", [.. seen, $"exec /usr/sbin/dovecot -F -c {folder}/dovecot.conf"])],
            programs.Libraries,
            port,
            LogOf(folder),
            folder,
            null);

        return (new(folder, process, port), null);
    }

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static string LogOf(string folder) => Path.Combine(folder, "dovecot.log");

    private static string Configuration(string folder, int port) => string.Create(CultureInfo.InvariantCulture, $$"""
        protocols = lmtp
        base_dir = {{folder}}/run
        state_dir = {{folder}}/state
        log_path = {{LogOf(folder)}}
        default_internal_user = {{Owner}}
        default_internal_group = {{Owner}}
        default_login_user = nobody
        first_valid_uid = 1
        mail_location = maildir:%h/%u
        ssl = no
        import_environment = LD_LIBRARY_PATH TZ
        stats_writer_socket_path =
        passdb {
          driver = static
          args = nopassword=y
        }
        userdb {
          driver = passwd-file
          args = username_format=%u {{folder}}/users
        }
        service lmtp {
          inet_listener lmtp {
            address = 127.0.0.1
            port = {{port}}
          }
        }

        """);
}
