using System.ComponentModel.DataAnnotations;

namespace MailStats.Storage;

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary><c>Sqlite</c> or <c>MongoDb</c>.</summary>
    [RegularExpression("^(Sqlite|MongoDb)$", ErrorMessage = "Storage:Provider must be Sqlite or MongoDb")]
    public string Provider { get; set; } = "Sqlite";

    /// <summary>Folder of the SQLite files; made when missing.</summary>
    [Required]
    public string Path { get; set; } = "./data";

    /// <summary>MongoDB connection string of a replica set.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>MongoDB database.</summary>
    public string Database { get; set; } = "mailstats";
}
