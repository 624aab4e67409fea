using MimeKit;

namespace MailStats.Ingest.Reports;

/// <summary>The parts of a mail that reports are made of.</summary>
internal sealed class MailParts
{
    private int _parts;

    public MessageDeliveryStatus? DeliveryStatus { get; private set; }

    public MessageFeedbackReport? Feedback { get; private set; }

    /// <summary>The mail that is given back, or its headers.</summary>
    public MimeMessage? Original { get; private set; }

    /// <summary>The first text for people.</summary>
    public TextPart? Text { get; private set; }

    public bool IsReadReceipt { get; private set; }

    /// <summary>Null, or what there is too much of.</summary>
    public string? Collect(MimeMessage message) => Collect(message.Body, 0, ofReport: true);

    private string? Collect(MimeEntity? entity, int depth, bool ofReport)
    {
        if (entity is null)
        {
            return null;
        }

        if (depth > ReportReader.MaxDepth)
        {
            return $"has more than {ReportReader.MaxDepth} parts within each other";
        }

        if (++_parts > ReportReader.MaxParts)
        {
            return $"has more than {ReportReader.MaxParts} parts";
        }

        if (ofReport)
        {
            Look(entity);
        }

        return entity switch
        {
            Multipart several => several.Select(part => Collect(part, depth + 1, ofReport)).FirstOrDefault(tooMuch => tooMuch is not null),
            // A report that the mail in a report holds is not this one's.
            MessagePart inner => Collect(inner.Message?.Body, depth + 1, ofReport: false),
            _ => null,
        };
    }

    private void Look(MimeEntity entity)
    {
        switch (entity)
        {
            case MessageDeliveryStatus status:
                DeliveryStatus ??= status;
                break;
            case MessageFeedbackReport feedback:
                Feedback ??= feedback;
                break;
            case MessageDispositionNotification:
                IsReadReceipt = true;
                break;
            case MessagePart { Message: { } original }:
                Original ??= original;
                break;
            case TextPart { IsHtml: false } text:
                Text ??= text;
                break;
        }
    }
}
