using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace MailStats.Collector.State;

/// <summary>
/// A JSON file that is either as it was or as it will be, whatever happens while it is written: a temporary file,
/// flushed to disk, takes its place.
/// </summary>
internal sealed class StateFile<T>(string path, JsonTypeInfo<T> type)
    where T : class
{
    public string Path => path;

    /// <summary>Null when there is none yet. Throws <see cref="StateException"/> when it cannot be read.</summary>
    public T? Load()
    {
        try
        {
            if (!File.Exists(path))
            {
                return null;
            }

            using var stream = File.OpenRead(path);

            return JsonSerializer.Deserialize(stream, type);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StateException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }

    public void Save(T value)
    {
        var temporary = path + ".new";
        try
        {
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!);
            using (var stream = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                JsonSerializer.Serialize(stream, value, type);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new StateException($"{path}: cannot be written: {exception.Message}", exception);
        }
    }
}

/// <summary>The state folder does not keep what it is given. Names the file.</summary>
internal sealed class StateException(string message, Exception? inner = null) : Exception(message, inner);
