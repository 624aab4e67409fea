using System.Buffers.Binary;
using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MailStats.Query.Admin;
using Microsoft.Extensions.Options;

namespace MailStats.Query.Tests.Admin;

/// <summary>TXT records asked for over DNS, of a server on this machine. Over HTTPS the API's tests ask.</summary>
public sealed class TxtRecordsTests
{
    private const string Name = "_mailstats.shop.example";

    [Fact]
    public async Task A_text_of_several_strings_is_one_and_other_texts_stand_beside_it()
    {
        using var server = new DnsServer(0, ["v=spf1 -all"], ["mailstats-verification=", "0123"]);

        Assert.Equal(["v=spf1 -all", "mailstats-verification=0123"], await Ask(server).AskAsync(Name, default));
        Assert.Equal(Name, server.Asked);
    }

    [Fact]
    public async Task A_name_that_does_not_exist_has_no_texts()
    {
        using var server = new DnsServer(3);

        Assert.Empty(await Ask(server).AskAsync(Name, default));
    }

    [Fact]
    public async Task A_resolver_that_fails_or_is_not_there_is_told_apart_from_a_missing_record()
    {
        using var server = new DnsServer(2);
        var silent = new DnsServer(0);
        var gone = Ask(silent);
        silent.Dispose();

        await Assert.ThrowsAsync<HttpRequestException>(() => Ask(server).AskAsync(Name, default));
        await Assert.ThrowsAsync<HttpRequestException>(() => gone.AskAsync(Name, default));
    }

    [Theory]
    [InlineData("dns://192.0.2.53", "192.0.2.53:53")]
    [InlineData("dns://192.0.2.53:5353", "192.0.2.53:5353")]
    [InlineData("dns://[2001:db8::53]", "[2001:db8::53]:53")]
    public void A_resolver_is_named_by_address_and_port(string setting, string server) =>
        Assert.Equal(server, Assert.Single(TxtRecords.Resolver(setting)!.NameServers).ToString());

    [Theory]
    [InlineData("https://resolver.example/dns-query", true)]
    [InlineData("system", true)]
    [InlineData("dns://192.0.2.53", true)]
    [InlineData("dns://resolver.example", false)]
    [InlineData("resolver.example", false)]
    [InlineData("tcp://192.0.2.53", false)]
    public void What_names_no_resolver_is_a_mistake(string setting, bool good)
    {
        var options = new QueryOptions { DnsResolver = setting };

        Assert.Equal(good, Validator.TryValidateObject(options, new(options), [], validateAllProperties: true));
    }

    private static TxtRecords Ask(DnsServer server) => new(null!, Options.Create(new QueryOptions { DnsResolver = $"dns://127.0.0.1:{server.Port}" }));

    /// <summary>Answers every question over UDP with the same texts (RFC 1035, section 4).</summary>
    private sealed class DnsServer : IDisposable
    {
        private readonly UdpClient _socket = new(new IPEndPoint(IPAddress.Loopback, 0));
        private readonly byte _code;
        private readonly string[][] _texts;

        public DnsServer(byte code, params string[][] texts)
        {
            (_code, _texts) = (code, texts);
            _ = AnswerAsync();
        }

        public int Port => ((IPEndPoint)_socket.Client.LocalEndPoint!).Port;

        public string Asked { get; private set; } = "";

        public void Dispose() => _socket.Dispose();

        private async Task AnswerAsync()
        {
            try
            {
                while (true)
                {
                    var question = await _socket.ReceiveAsync();
                    await _socket.SendAsync(Answer(question.Buffer), question.RemoteEndPoint);
                }
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException)
            {
            }
        }

        private byte[] Answer(byte[] question)
        {
            var labels = new List<string>();
            var at = 12;

            while (question[at] is > 0 and var length)
            {
                labels.Add(Encoding.ASCII.GetString(question, at + 1, length));
                at += length + 1;
            }

            Asked = string.Join('.', labels);
            // The name's end, its type and its class; what stands behind is the client's offer of larger answers.
            var answer = question[..(at + 5)].ToList();
            (answer[2], answer[3]) = (0x81, (byte)(0x80 | _code));
            (answer[7], answer[11]) = ((byte)_texts.Length, 0);

            foreach (var texts in _texts)
            {
                var data = texts.SelectMany(text => Encoding.ASCII.GetBytes(text).Prepend((byte)text.Length)).ToArray();
                var length = new byte[2];
                BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)data.Length);
                // The name asked for, TXT, IN, a minute.
                answer.AddRange([0xC0, 12, 0, 16, 0, 1, 0, 0, 0, 60, .. length, .. data]);
            }

            return [.. answer];
        }
    }
}
