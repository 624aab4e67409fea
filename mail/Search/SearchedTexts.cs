using System.Buffers;
using System.Net;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Search;

/// <summary>
/// The words of one delivery, field by field, made when they are first asked for. Kept from one delivery to the next for its
/// memory; used by one thread at a time.
/// </summary>
public sealed class SearchedTexts
{
    private readonly ArrayBufferWriter<char> _words = new(1024);
    private readonly (int Start, int Length)?[] _fields = new (int, int)?[SearchFields.Count];
    private readonly List<string> _values = [];
    private DeliveryState _state = new();

    public string Recipient { get; private set; } = "";

    public void Read(string recipient, DeliveryState state)
    {
        (Recipient, _state) = (recipient, state);
        _words.ResetWrittenCount();
        Array.Clear(_fields);
    }

    /// <summary>The words of a field (<see cref="SearchText.Words"/>), its values apart by <see cref="SearchText.NextValue"/>.</summary>
    public ReadOnlySpan<char> Words(SearchField field)
    {
        if (_fields[(int)field] is not { } known)
        {
            known = (_words.WrittenCount, 0);

            foreach (var value in Of(field))
            {
                SearchText.AppendWords(value, _words);
                _words.Write([SearchText.NextValue]);
            }

            known.Length = _words.WrittenCount - known.Item1;
            _fields[(int)field] = known;
        }

        return _words.WrittenSpan.Slice(known.Item1, known.Length);
    }

    /// <summary>Mailbox and envelope sender.</summary>
    public IReadOnlyList<string> Senders() => Of(SearchField.From);

    /// <summary>Our addresses of all tries.</summary>
    public IReadOnlyList<string> OutgoingAddresses() => Of(SearchField.Ip);

    /// <summary>The different texts of a field. Valid until the next call.</summary>
    internal List<string> Of(SearchField field)
    {
        _values.Clear();

        switch (field)
        {
            case SearchField.To:
                AddAddress(Recipient);
                break;
            case SearchField.From:
                AddAddress(_state.Mailbox()?.Address);
                AddAddress(_state.Sender);
                break;
            case SearchField.Subject:
                Add(_state.Subject);
                break;
            case SearchField.Queue:
                Add(_state.QueueId);
                break;
            case SearchField.Id:
                Add(_state.MessageId);
                break;
            case SearchField.Tag:
                _values.AddRange(_state.Tags);
                break;
            case SearchField.Host:
                Add(_state.ReportingHost);
                AddOfOutcomes(static outcome => outcome.RemoteHost);
                AddOfOutcomes(static outcome => outcome.ReportingHost);
                break;
            case SearchField.Ip:
                AddIp(_state.OutgoingIp);
                AddOfOutcomes(static outcome => outcome.OutgoingIp, ip: true);
                break;
            default:
                AddOfOutcomes(static outcome => outcome.ReplyText);
                break;
        }

        return _values;
    }

    private void AddOfOutcomes(Func<Outcome, string?> value, bool ip = false)
    {
        for (var index = 0; index < _state.Trail.Count; index++)
        {
            AddOf(_state.Trail[index], value, ip);
        }

        // What decides may have fallen out of a long trail; a complaint is never in it.
        AddOf(_state.Deferred, value, ip);
        AddOf(_state.Delivered, value, ip);
        AddOf(_state.Rejected, value, ip);
        AddOf(_state.Complained, value, ip);

        for (var index = 0; index < _state.Failures.Count; index++)
        {
            AddOf(_state.Failures[index], value, ip);
        }
    }

    private void AddOf(Outcome? outcome, Func<Outcome, string?> value, bool ip)
    {
        if (outcome is not null && ip)
        {
            AddIp(value(outcome));
        }
        else if (outcome is not null)
        {
            Add(value(outcome));
        }
    }

    private void Add(string? value)
    {
        if (!string.IsNullOrEmpty(value) && !_values.Contains(value))
        {
            _values.Add(value);
        }
    }

    /// <summary>As it is kept, and where that is another text in the form in which addresses are compared.</summary>
    private void AddAddress(string? address)
    {
        Add(address);

        if (address is not null && !System.Text.Ascii.IsValid(address))
        {
            Add(SearchText.FoldAddress(address));
        }
    }

    private void AddIp(string? address)
    {
        Add(address);

        if (address is not null && address.Contains(':', StringComparison.Ordinal) && IPAddress.TryParse(address, out var parsed))
        {
            Add(parsed.ToString());
        }
    }
}
