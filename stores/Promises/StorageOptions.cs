using System.ComponentModel.DataAnnotations;
using MailStats.Mail.Addresses;

namespace MailStats.Stores;

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>
    /// <c>Sqlite</c> or <c>MongoDb</c>. Required: a service that fell back to a file of its own would work on an empty store.
    /// Standalone alone sets a default, <c>Sqlite</c>.
    /// </summary>
    [Required(ErrorMessage = "Storage:Provider is required: Sqlite or MongoDb")]
    [RegularExpression("^(Sqlite|MongoDb)$", ErrorMessage = "Storage:Provider must be Sqlite or MongoDb")]
    public string Provider { get; set; } = "";

    /// <summary>Folder of the SQLite files; made when missing.</summary>
    [Required]
    public string Path { get; set; } = "./data";

    /// <summary>
    /// How recipients' addresses are kept: <c>Plain</c>, <c>Masked</c> or <c>Hashed</c>. May be changed; what is stored already
    /// stays as it is.
    /// </summary>
    [EnumDataType(typeof(AddressForm), ErrorMessage = "Storage:Addresses must be Plain, Masked or Hashed")]
    public AddressForm Addresses { get; set; } = AddressForm.Plain;

    /// <summary>Key of hashed addresses, base64 of 32 bytes. Must never change. Where absent, one is made and kept in the store.</summary>
    [RegularExpression("^[A-Za-z0-9+/]{43}=$", ErrorMessage = "Storage:AddressKey must be base64 of 32 bytes")]
    public string? AddressKey { get; set; }

    /// <summary>
    /// Key that secrets of webhooks are sealed with, base64 of 32 random bytes, the same for every service. Where absent, one is
    /// made beside the files of SQLite (<c>secret.key</c>), and on MongoDB secrets are kept in clear.
    /// </summary>
    [RegularExpression("^[A-Za-z0-9+/]{43}=$", ErrorMessage = "Storage:SecretKey must be base64 of 32 bytes")]
    public string? SecretKey { get; set; }

    /// <summary>Days that single deliveries are kept after their last change of status.</summary>
    [Range(1, 3650, ErrorMessage = "Storage:DeliveriesKeptDays must be 1 to 3650")]
    public int DeliveriesKeptDays { get; set; } = 90;

    /// <summary>Months that statistics are kept.</summary>
    [Range(1, 240, ErrorMessage = "Storage:RollupsKeptMonths must be 1 to 240")]
    public int RollupsKeptMonths { get; set; } = 25;

    /// <summary>MongoDB connection string of a replica set.</summary>
    public string? ConnectionString { get; set; }

    /// <summary>MongoDB database.</summary>
    public string Database { get; set; } = "mailstats";
}
