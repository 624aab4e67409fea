namespace MailStats.Standalone.Demo;

/// <summary>Somebody who sends, with what they send.</summary>
internal sealed record DemoMailbox(string Name, string Address, int Weight, int LeastBytes, int MostBytes, string[] Subjects, bool IsCampaign = false)
{
    public string Domain => Address[(Address.IndexOf('@', StringComparison.Ordinal) + 1)..];
}

/// <summary>
/// Who takes mail: the recipients' domains and the server that answers for them; <c>{domain}</c> is the domain with hyphens. Some have a
/// feedback loop: they tell whose reader pressed "this is spam".
/// </summary>
internal sealed record DemoReceiver(int Weight, string Host, string[] Domains, bool TellsOfComplaints = false);

/// <summary>What a receiver says. <c>{recipient}</c> and <c>{sender}</c> stand for the address and the sender's domain.</summary>
internal sealed record DemoReply(int Weight, string Text);

/// <summary>The people, servers and sentences of the demo. All addresses are of domains that RFC 2606 reserves.</summary>
internal static class DemoCast
{
    public static readonly string[] ValidatedDomains = ["harbor-books.example", "meadow-clinic.example", "tinkerlab.example"];

    public static readonly DemoMailbox[] Mailboxes =
    [
        new("Harbor Books", "orders@harbor-books.example", 26, 9_000, 60_000,
            ["Your order {n} is confirmed", "Order {n} is on its way", "Your receipt for order {n}"]),
        new("Harbor Books", "news@harbor-books.example", 22, 40_000, 140_000,
            ["New on our shelves this week", "Staff picks: ten novels for long evenings"], IsCampaign: true),
        new("Harbor Books Support", "support@harbor-books.example", 6, 3_000, 900_000, ["Re: question about order {n}", "Re: damaged cover, ticket {n}"]),
        new("Meadow Clinic", "appointments@meadow-clinic.example", 16, 4_000, 15_000,
            ["Reminder: your appointment tomorrow", "Your appointment is booked (no. {n})"]),
        new("Meadow Clinic Billing", "billing@meadow-clinic.example", 6, 60_000, 400_000, ["Invoice {n}", "Payment received, invoice {n}"]),
        new("Tinkerlab", "no-reply@tinkerlab.example", 15, 3_000, 12_000, ["Confirm your address", "Reset your password", "New sign-in to your account"]),
        new("Tinkerlab Alerts", "alerts@tinkerlab.example", 6, 2_000, 8_000, ["Build {n} failed", "Build {n} is green again"]),
        new("Old Harbor", "office@old-harbor.test", 3, 5_000, 2_500_000, ["Minutes of the meeting", "Délai prolongé jusqu’à vendredi", "Scan {n}"]),
    ];

    public static readonly DemoReceiver[] Receivers =
    [
        new(37, "gmail-smtp-in.l.google.com", ["juniper.example", "larkmail.example", "alba-studio.example"]),
        new(24, "{domain}.mail.protection.outlook.com", ["willow.example", "northgate-legal.example", "brightworks.test"],
            TellsOfComplaints: true),
        new(12, "mta7.am0.yahoodns.net", ["fernmail.example", "pebble.example"], TellsOfComplaints: true),
        new(9, "mx01.mail.icloud.com", ["orchard-mail.example"]),
        new(6, "mx00.gmx.net", ["lindenpost.example"]),
        new(12, "mx.{domain}.example.net", ["example.org", "village-school.example", "rivercity.test", "copperline.example"]),
    ];

    public static readonly DemoReply[] Delivered =
    [
        new(6, "250 2.0.0 OK, queued"),
        new(3, "250 2.6.0 Message queued for delivery"),
        new(1, "250 Thanks, we have it"),
    ];

    public static readonly DemoReply[] Deferrals =
    [
        new(5, "451 4.7.1 Greylisted, please come back in five minutes"),
        new(3, "421 4.7.28 Too many messages from your server, slow down and try again later"),
        new(2, "452 4.2.2 The mailbox of {recipient} is full at the moment"),
        new(2, "451 4.3.2 System busy, please try again later"),
    ];

    public static readonly DemoReply[] HardBounces =
    [
        new(9, "550 5.1.1 <{recipient}>: user unknown in our directory"),
        new(4, "550 5.1.1 There is no such user here: {recipient}"),
        new(2, "550 5.2.1 The account {recipient} has been disabled"),
        new(1, "556 5.1.10 The recipient's domain does not accept mail (null MX)"),
    ];

    public static readonly DemoReply[] SoftBounces =
    [
        new(7, "552 5.2.2 The mailbox is full, its owner is over quota"),
        new(4, "550 5.7.26 Refused: the message does not pass the DMARC policy of {sender}"),
        new(3, "550 5.7.23 Refused: SPF check failed for {sender}"),
        new(3, "554 5.7.1 Refused: client host [192.0.2.17] is listed on a blocklist"),
        new(3, "550 5.7.1 The content of this message looks like spam"),
        new(2, "552 5.3.4 The message is larger than we accept"),
        new(1, "571 5.9.9 QX-4402 gatekeeper verdict 7"),
        new(1, "554 Z17/88213 transaction closed"),
    ];

    public static readonly string[] FirstNames =
    [
        "ada", "amir", "anna", "bela", "carla", "chen", "dana", "dimitri", "elif", "emil", "fatima", "finn", "grace", "hanna", "igor", "ines",
        "jonas", "kavya", "leo", "lina", "marco", "mei", "nadia", "noah", "olga", "omar", "paula", "ravi", "rosa", "samir", "tara", "yuki",
    ];

    /// <summary>First names of those whose mailboxes are gone, whatever their last name.</summary>
    public static readonly string[] FirstGone = ["agnes", "boris", "celia", "doris", "edgar", "flora"];

    public static readonly string[] LastNames =
    [
        "adler", "baker", "castro", "dubois", "eriksen", "fischer", "garcia", "haddad", "ito", "jansen", "kaya", "lopez", "meyer", "novak",
        "okafor", "patel", "quinn", "rossi", "sato", "tran", "ueda", "vogel", "weber", "yilmaz",
    ];
}
