using MailStats.Mail.Addresses;
using MailStats.Mail.Deliveries;

namespace MailStats.Mail.Lists;

/// <summary>A search in a list: part of a text without case, or a whole queue id. Empty finds everything.</summary>
public readonly record struct LogSearch
{
    private readonly string? _text;
    private readonly string? _masked;
    private readonly string? _hashed;

    private LogSearch(string? text, string? masked, string? hashed) => (_text, _masked, _hashed) = (text, masked, hashed);

    /// <summary>A whole address also finds the forms in which it may be kept.</summary>
    public static LogSearch For(string? text, AddressPrivacy? addresses) =>
        string.IsNullOrEmpty(text) ? default
        : addresses is null || !text.Contains('@', StringComparison.Ordinal) ? new(text, null, null)
        : new(text, addresses.Protect(text, AddressForm.Masked), addresses.Protect(text, AddressForm.Hashed));

    public bool Finds(string recipient, string sender, DeliveryState state, string? content) =>
        _text is null
        || _text == state.QueueId
        || In(recipient)
        || In(sender)
        || In(state.Sender)
        || In(content)
        || (_masked is not null && string.Equals(recipient, _masked, StringComparison.OrdinalIgnoreCase))
        || (_hashed is not null && recipient == _hashed);

    private bool In(string? text) => text?.Contains(_text!, StringComparison.OrdinalIgnoreCase) ?? false;
}
