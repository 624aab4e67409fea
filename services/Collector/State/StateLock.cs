namespace MailStats.Collector.State;

/// <summary>Held by the one collector that follows with a state folder.</summary>
internal static class StateLock
{
    public static IDisposable Take(string folder)
    {
        var path = Path.Combine(folder, "follow.lock");
        try
        {
            Directory.CreateDirectory(folder);

            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.None);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"{path}: another collector follows with this state folder, or it cannot be written: {exception.Message}", exception);
        }
    }
}
