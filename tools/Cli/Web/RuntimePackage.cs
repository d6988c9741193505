using System.ComponentModel;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Web;

/// <summary>
/// ONNX Runtime Web, which runs a model in a browser. The user's npm fetches one fixed version, whose checksum is verified. Three files of
/// the package are used; none of it is run here.
/// </summary>
/// <param name="Script">the script that a page calls</param>
/// <param name="Module">the module that loads the binary</param>
/// <param name="Binary">the WebAssembly binary</param>
internal sealed record RuntimePackage(byte[] Script, byte[] Module, byte[] Binary)
{
    public const string Name = "onnxruntime-web";
    public const string Version = "1.22.0";

    /// <summary>Checksum of the whole package, in the form of npm's lock files.</summary>
    public const string Integrity = "sha512-Ud/+EBo6mhuaQWt/OjaOk0iNWjXqJoeeMFr6xQEERZdIZH2OWpGzuujz7lfuOBjUa6TEE/sc4nb7Da5dNL34fg==";

    public const string ScriptName = "ort.wasm.min.js";

    private const string Distribution = "package/dist/";
    private const string ScriptPath = Distribution + ScriptName;
    private const string ModulePath = Distribution + "ort-wasm-simd-threaded.mjs";
    private const string BinaryPath = Distribution + "ort-wasm-simd-threaded.wasm";

    /// <summary>Characters of npm's message that are quoted.</summary>
    private const int LongestReason = 300;

    /// <summary>Downloads the package into a temporary folder, and reads it.</summary>
    /// <param name="npm">the program; null for npm on the path</param>
    /// <exception cref="InteropException">npm is not installed, fails, or returns a package with another checksum</exception>
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
            Disk.Current.DeleteFolder(folder.FullName);
        }
    }

    /// <summary>Reads the package from an archive that npm has written.</summary>
    /// <exception cref="InteropException">the archive has another checksum</exception>
    /// <exception cref="IOException">there is no such file</exception>
    internal static RuntimePackage Read(string path)
    {
        using var file = Disk.OpenRead(path);
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

    /// <summary>Runs <c>npm pack</c>: it writes the registry's archive as it is, without unpacking it and without dependencies.</summary>
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
