using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Extensions.FileProviders;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace MailStats.ServiceDefaults;

/// <summary>
/// Serves the dashboard out of <c>wwwroot</c> beside the program, compressed when it was built. Every address that is
/// neither a file nor a call is a view of the dashboard, which reads it in the browser.
/// </summary>
internal static class DashboardFiles
{
    private const string Index = "/index.html";

    // What the build wrote beside each file, best first.
    private static readonly (string Encoding, string Suffix)[] _compressed = [("br", ".br"), ("gzip", ".gz")];

    /// <summary>Comes after routing: what a call answers is left alone.</summary>
    public static void UseDashboard(this IApplicationBuilder app)
    {
        var folder = Path.Combine(AppContext.BaseDirectory, "wwwroot");

        if (!File.Exists(folder + Index))
        {
            return;
        }

        var files = new PhysicalFileProvider(folder);

        app.Use((context, next) =>
        {
            if (context.GetEndpoint() is null && FileFor(context.Request, files) is { } path)
            {
                context.Request.Path = path;
            }

            return next(context);
        });
        app.UseStaticFiles(new StaticFileOptions
        {
            FileProvider = files,
            ContentTypeProvider = new ContentTypes(),
            OnPrepareResponse = Prepare,
        });
    }

    private static PathString? FileFor(HttpRequest request, PhysicalFileProvider files)
    {
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            return null;
        }

        var path = request.Path.Value ?? "/";

        if (!files.GetFileInfo(path).Exists)
        {
            if (request.Path.StartsWithSegments("/v1", StringComparison.OrdinalIgnoreCase) || !WantsPage(request))
            {
                return null;
            }

            path = Index;
        }

        foreach (var (encoding, suffix) in _compressed)
        {
            if (Accepts(request, encoding) && files.GetFileInfo(path + suffix).Exists)
            {
                return path + suffix;
            }
        }

        return path;
    }

    // Probes and link checkers ask for the front page without saying what they take.
    private static bool WantsPage(HttpRequest request) =>
        request.Path == "/"
        || request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType.Equals("text/html", StringComparison.OrdinalIgnoreCase));

    private static bool Accepts(HttpRequest request, string encoding) =>
        request.GetTypedHeaders().AcceptEncoding.Any(accepted =>
            accepted.Quality is not 0 && accepted.Value.Equals(encoding, StringComparison.OrdinalIgnoreCase));

    private static void Prepare(StaticFileResponseContext prepared)
    {
        var headers = prepared.Context.Response.Headers;
        var encoding = _compressed.FirstOrDefault(known => prepared.File.Name.EndsWith(known.Suffix, StringComparison.Ordinal)).Encoding;

        if (encoding is not null)
        {
            headers.ContentEncoding = encoding;
        }

        if (prepared.Context.Request.Path.StartsWithSegments("/embed", StringComparison.OrdinalIgnoreCase))
        {
            // What other people's pages load. It holds nothing: numbers need a token, and an origin that is allowed.
            headers.AccessControlAllowOrigin = "*";
            headers["Cross-Origin-Resource-Policy"] = "cross-origin";
        }

        headers.Vary = StringValues.Concat(headers.Vary, HeaderNames.AcceptEncoding);
        // Names under /assets carry a hash of the content; the page itself is asked for anew each time.
        headers.CacheControl = prepared.Context.Request.Path.StartsWithSegments("/assets", StringComparison.OrdinalIgnoreCase)
            ? "public, max-age=31536000, immutable"
            : "no-cache";
    }

    /// <summary>The type of a compressed file is that of the file it came from.</summary>
    private sealed class ContentTypes : IContentTypeProvider
    {
        private readonly FileExtensionContentTypeProvider _known = new();

        public bool TryGetContentType(string subpath, out string contentType)
        {
            var suffix = _compressed.FirstOrDefault(known => subpath.EndsWith(known.Suffix, StringComparison.Ordinal)).Suffix;
            var found = _known.TryGetContentType(suffix is null ? subpath : subpath[..^suffix.Length], out var type);
            contentType = type ?? "";

            return found;
        }
    }
}
