using SkiaSharp;

namespace MailStats.Notifier.Letters;

/// <summary>
/// The days of a letter as bars, a PNG made in this process: no browser, and no fonts, which containers do not have. Dates and numbers
/// stand in the letter's text beside it.
/// </summary>
internal static class LetterChart
{
    public const int Width = 552;
    public const int Height = 120;

    /// <summary>Pixels for each one of the above: sharp on dense screens.</summary>
    private const int Density = 2;

    private const int Gap = 4;

    private static readonly SKColor Ground = SKColors.White;
    private static readonly SKColor Line = new(0xC9, 0xCE, 0xD6);
    private static readonly SKColor Delivered = new(0x3B, 0x6F, 0xB5);
    private static readonly SKColor Bounced = new(0xC6, 0x3D, 0x2F);

    public static byte[] Draw(IReadOnlyList<LetterDay> days)
    {
        using var surface = SKSurface.Create(new SKImageInfo(Width * Density, Height * Density, SKColorType.Rgba8888, SKAlphaType.Opaque));
        var canvas = surface.Canvas;
        canvas.Clear(Ground);
        canvas.Scale(Density);
        var most = Math.Max(1, days.Count > 0 ? days.Max(day => day.Delivered + day.Bounced) : 1);
        var slot = (float)Width / Math.Max(1, days.Count);
        using var paint = new SKPaint { IsAntialias = true };

        for (var index = 0; index < days.Count; index++)
        {
            var (left, right) = (index * slot + Gap / 2f, (index + 1) * slot - Gap / 2f);
            var good = Length(days[index].Delivered, most);
            Bar(canvas, paint, Delivered, left, right, Height - 1 - good, Height - 1);
            Bar(canvas, paint, Bounced, left, right, Height - 1 - good - Length(days[index].Bounced, most), Height - 1 - good);
        }

        Bar(canvas, paint, Line, 0, Width, Height - 1, Height);
        using var image = surface.Snapshot();
        using var png = image.Encode(SKEncodedImageFormat.Png, 100);

        return png.ToArray();
    }

    private static float Length(long count, long most) => (Height - 2) * (float)((double)count / most);

    private static void Bar(SKCanvas canvas, SKPaint paint, SKColor color, float left, float right, float top, float bottom)
    {
        paint.Color = color;
        canvas.DrawRect(new SKRect(left, top, right, bottom), paint);
    }
}
