using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MailStats.ServiceDefaults;

/// <summary>How HTTP bodies look: camelCase, enums as camelCase words, numbers as numbers, unknown fields ignored.</summary>
internal static class Json
{
    public static void AddJson(this IHostApplicationBuilder builder) => builder.Services.ConfigureHttpJsonOptions(options =>
    {
        options.SerializerOptions.NumberHandling = JsonNumberHandling.Strict;
        options.SerializerOptions.RespectNullableAnnotations = true;
        options.SerializerOptions.Converters.Add(new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false));
    });
}
