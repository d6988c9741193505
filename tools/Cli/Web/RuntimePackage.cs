using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using IlgpuGan.Models.Interop;

namespace IlgpuGan.Cli.Web;

/// <summary>
/// ONNX Runtime Web, which runs a model in a browser: fetched by the user's npm, of one version, and only if its bytes are those that this
/// program was written for. Of the package three files are taken; nothing of it is run here.
/// </summary>
/// <param name="Script">what a page calls</param>
/// <param name="Module">loads the binary</param>
/// <param name="Binary">WebAssembly</param>
internal sealed record RuntimePackage(byte[] Script, byte[] Module, byte[] Binary)
{
    public const string Name = "onnxruntime-web";
    public const string Version = "1.22.0";

    /// <summary>Of the whole package, as npm's lock files write it.</summary>
    public const string Integrity = "sha512-Ud/+EBo6mhuaQWt/OjaOk0iNWjXqJoeeMFr6xQEERZdIZH2OWpGzuujz7lfuOBjUa6TEE/sc4nb7Da5dNL34fg==";

    public const string ScriptName = "ort.wasm.min.js";

    private const string Distribution = "package/dist/";
    private const string ScriptPath = Distribution + ScriptName;
    private const string ModulePath = Distribution + "ort-wasm-simd-threaded.mjs";
    private const string BinaryPath = Distribution + "ort-wasm-simd-threaded.wasm";

    /// <summary>What npm says is cut there.</summary>
    private const int LongestReason = 300;

    /// <summary>Downloads the package into a folder of its own, which goes away again.</summary>
    /// <param name="npm">the program; null for the one in the path</param>
    /// <exception cref="InteropException">npm is not installed, fails, or gives other bytes</exception>
    /// <exception cref="IOException">there is no room for the package</exception>
    public static RuntimePackage Fetch(string? npm = null)
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-npm-");
        try
        {
            Download(npm ?? (OperatingSystem.IsWindows() ? "npm.cmd" : "npm"), folder.FullName);
            return Read(Path.Combine(folder.FullName, $"{Name}-{Version}.tgz"));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The package out of a file that npm has written.</summary>
    /// <exception cref="InteropException">it is another one</exception>
    /// <exception cref="IOException">there is no such file</exception>
    internal static RuntimePackage Read(string path)
    {
        using var file = File.OpenRead(path);
        var found = "sha512-" + Convert.ToBase64String(SHA512.HashData(file));
        if (found != Integrity)
        {
            throw new InteropException(
                $"npm gave a package {Name} {Version} that is not the one that pages are written for ({found} in place of {Integrity})");
        }

        file.Position = 0;
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        using var unpacked = new GZipStream(file, CompressionMode.Decompress);
        using var archive = new TarReader(unpacked);
        while (archive.GetNextEntry() is { } entry)
        {
            if (entry is { Name: ScriptPath or ModulePath or BinaryPath, DataStream: { } data })
            {
                var bytes = new byte[entry.Length];
                data.ReadExactly(bytes);
                files[entry.Name] = bytes;
            }
        }

        return new RuntimePackage(files[ScriptPath], files[ModulePath], files[BinaryPath]);
    }

    /// <summary><c>npm pack</c> writes the archive as the registry has it, and neither unpacks it nor takes what it depends on.</summary>
    private static void Download(string npm, string folder)
    {
        Process process;
        try
        {
            process = Process.Start(new ProcessStartInfo(npm, ["pack", $"{Name}@{Version}", "--ignore-scripts", "--loglevel=error"])
            {
                UseShellExecute = false, CreateNoWindow = true, WorkingDirectory = folder,
                RedirectStandardOutput = true, RedirectStandardError = true,
            })!;
        }
        catch (Win32Exception problem)
        {
            throw new InteropException(
                $"--to web takes {Name} {Version} from npm, which can't be started ({problem.Message}); install Node.js, which has npm, " +
                    "or export the model alone with --to onnx");
        }

        using (process)
        {
            var errors = process.StandardError.ReadToEndAsync();
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            if (process.ExitCode != 0 || !File.Exists(Path.Combine(folder, $"{Name}-{Version}.tgz")))
            {
                var said = string.Join(' ', errors.Result.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
                var reason = said.Length == 0 ? $"it ended with code {process.ExitCode}"
                    : said.Length > LongestReason ? said[..LongestReason] + "…"
                    : said;
                throw new InteropException(
                    $"npm could not fetch {Name} {Version}: {reason}; 'npm pack {Name}@{Version}' shows whether it can");
            }
        }
    }
}
