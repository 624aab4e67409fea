// The image's health check: the runtime image has neither a shell nor curl. Exit code 0 when the service answers 2xx.
//   dotnet MailStats.HealthCheck.dll [URL]
var port = Environment.GetEnvironmentVariable("ASPNETCORE_HTTP_PORTS")?.Split(';')[0] ?? "8080";
var url = args.Length > 0 ? args[0] : $"http://127.0.0.1:{port}/health/ready";

using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(4) };

try
{
    using var answer = await http.GetAsync(new Uri(url));

    if (answer.IsSuccessStatusCode)
    {
        return 0;
    }

    Console.Error.WriteLine($"{url} answered {answer.StatusCode:D}");
}
catch (Exception exception) when (exception is HttpRequestException or TaskCanceledException)
{
    Console.Error.WriteLine($"{url} did not answer: {exception.Message}");
}

return 1;
