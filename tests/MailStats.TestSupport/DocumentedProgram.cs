using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Text.RegularExpressions;

namespace MailStats.TestSupport;

/// <summary>A program as a page of the documentation shows it, in a process of its own.</summary>
public sealed class DocumentedProgram : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly ConcurrentQueue<string> _errors = new();

    private DocumentedProgram(TemporaryFolder folder, ProcessStartInfo start)
    {
        _folder = folder;
        _process = new() { StartInfo = start };
        _process.OutputDataReceived += (_, line) => Add(_lines, line.Data);
        _process.ErrorDataReceived += (_, line) => Add(_errors, line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>What it has printed.</summary>
    /// <exception cref="InvalidOperationException">It has ended.</exception>
    public IReadOnlyList<string> Lines => _process.HasExited
        ? throw new InvalidOperationException($"The program has ended: {string.Join('\n', _lines.Concat(_errors))}")
        : [.. _lines];

    /// <summary>Null where what runs it is not installed, or its packages cannot be had.</summary>
    /// <param name="page">Path from the repository's root.</param>
    /// <param name="language">Of the block: <c>csharp</c>, <c>js</c> or <c>python</c>.</param>
    /// <param name="number">Which of the page's blocks of that language, from 0.</param>
    /// <param name="environment">Its settings.</param>
    public static async Task<DocumentedProgram?> StartAsync(string page, string language, int number, params (string Name, string Value)[] environment)
    {
        var text = await File.ReadAllTextAsync(Repository.File(page));
        var code = Regex.Matches(text, $"^```{language}\n(?<code>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline)[number].Groups["code"].Value;
        var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, language switch { "csharp" => "program.cs", "js" => "program.mjs", _ => "program.py" });
        await File.WriteAllTextAsync(file, code);

        if (await CommandAsync(language, folder.Path, code) is not { } command)
        {
            folder.Dispose();

            return null;
        }

        var start = new ProcessStartInfo(command[0], [.. command[1..], file])
        {
            RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
        };

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return new(folder, start);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
        _folder.Dispose();
    }

    private static async Task<string[]?> CommandAsync(string language, string folder, string code)
    {
        if (language == "csharp")
        {
            return ["dotnet", "run"];
        }

        if (language == "js")
        {
            // What the examples import, in the versions that are tried.
            File.Copy(Repository.File("samples", "node-subscriber", "package.json"), Path.Combine(folder, "package.json"));
            File.Copy(Repository.File("samples", "node-subscriber", "package-lock.json"), Path.Combine(folder, "package-lock.json"));

            return await SucceedsAsync(folder, "npm", "ci", "--no-audit", "--no-fund") ? ["node"] : null;
        }

        // Debian's packages are for Debian's Python, which need not be the first.
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            if (await SucceedsAsync(folder, python, "-c", code.Split('\n').First(line => line.StartsWith("import ", StringComparison.Ordinal))))
            {
                return [python];
            }
        }

        return null;
    }

    private static async Task<bool> SucceedsAsync(string folder, string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
            await process.WaitForExitAsync();

            return process.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            return false;
        }
    }

    private static void Add(ConcurrentQueue<string> lines, string? line)
    {
        if (line is not null)
        {
            lines.Enqueue(line);
        }
    }
}
