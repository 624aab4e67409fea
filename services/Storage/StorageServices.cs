using Microsoft.Extensions.Hosting;

namespace MailStats.Storage;

/// <summary>Registers the stores that <see cref="StorageOptions"/> chooses. May be called by several modules of one process.</summary>
public static class StorageServices
{
    public static void AddStorage(this IHostApplicationBuilder builder)
    {
    }
}
