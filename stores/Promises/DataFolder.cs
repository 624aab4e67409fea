namespace MailStats.Stores;

/// <summary>The folder of the files that hold people's addresses and the installation's keys.</summary>
public static class DataFolder
{
    /// <summary>Makes it for its owner alone. Of a folder that is there already the owner has decided.</summary>
    /// <exception cref="StorageUnavailableException">It cannot be made.</exception>
    public static void Make(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
            }
            else
            {
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new StorageUnavailableException($"The folder {folder} cannot be made: {error.Message}", error);
        }
    }
}
