using MailStats.Classifier.Receivers;

namespace MailStats.Classifier.Tests;

public class ReceivingProviderTests
{
    [Theory]
    [InlineData("gmail-smtp-in.l.google.com", "gmail.com", "Gmail")]
    [InlineData("ASPMX.L.GOOGLE.COM.", "shop.example", "Gmail")]
    [InlineData("shop-example.mail.protection.outlook.com", "shop.example", "Microsoft")]
    [InlineData("mta7.am0.yahoodns.net", "aol.com", "Yahoo")]
    [InlineData("mx01.mail.icloud.com", "me.com", "Apple")]
    [InlineData("mx-ha03.web.de", "web.de", "GMX")]
    [InlineData("smtp-in.orange.fr", "wanadoo.fr", "Orange")]
    [InlineData("mx0a-0001.pphosted.com", "shop.example", "Proofpoint")]
    [InlineData(null, "hotmail.com", "Microsoft")]
    [InlineData("relay.internal.example", "gmail.com", "Gmail")]
    [InlineData(null, "Shop.Example", "shop.example")]
    [InlineData("mx.notgoogle.com", "shop.example", "shop.example")]
    [InlineData("mxs.mail.ru", "bk.ru", "Mail.ru")]
    [InlineData("ff-ip4-mx-vip1.prodigy.net", "att.net", "AT&T")]
    [InlineData("mx00.kundenserver.de", "shop.example", "IONOS")]
    [InlineData("mx00.gmx.net", "gmx.de", "GMX")]
    [InlineData("cxr.mx.a.cloudfilter.net", "cox.net", "Cox")]
    [InlineData("eir-01.mx.a.cloudfilter.net", "eircom.net", "Eir")]
    [InlineData("mx1.hostinger.com", "shop.example", "Hostinger")]
    [InlineData("mx1.titan.email", "shop.example", "Titan")]
    [InlineData(null, "telus.net", "Telus")]
    [InlineData(null, "centrum.cz", "Centrum.cz")]
    [InlineData(null, null, "unknown")]
    [InlineData("", "", "unknown")]
    public void It_is_told_by_the_host_and_else_by_the_domain(string? host, string? domain, string provider) =>
        Assert.Equal(provider, ReceivingProvider.Of(host, domain));
}
