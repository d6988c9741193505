using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>
/// Compiled kernels on disk, one file a kernel, shared by all processes of a user. Files appear whole or not at all (written aside, then
/// renamed) and carry a checksum; what is damaged, stale or unreadable counts as absent. A cache that can't be written only costs time.
/// </summary>
/// <param name="folder">Where the files lie; null for no cache.</param>
internal sealed class KernelDiskCache(string? folder)
{
    /// <summary>Overrides the folder; empty turns the cache off.</summary>
    public const string FolderVariable = "ILGPUGAN_KERNEL_CACHE";

    /// <summary>Distinguishes our files, and their format, from anything else.</summary>
    private static readonly byte[] Magic = "IlgpuGan kernel 1\n"u8.ToArray();

    public static KernelDiskCache Default { get; } = new(DefaultFolder());

    /// <summary>The name of an entry: a digest of everything that its contents depend on, and of the compiler's version.</summary>
    public static string KeyOf(params ReadOnlySpan<string> parts)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes(KernelCompiler.Version));
        foreach (string part in parts)
        {
            hash.AppendData(BitConverter.GetBytes(part.Length));
            hash.AppendData(Encoding.UTF8.GetBytes(part));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The entry's contents, or null.</summary>
    public byte[]? TryRead(string key)
    {
        if (folder is null)
            return null;
        try
        {
            return Unwrap(File.ReadAllBytes(PathOf(key)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string key, ReadOnlySpan<byte> contents)
    {
        if (folder is null)
            return;
        try
        {
            Directory.CreateDirectory(folder);
            string temporary = PathOf($"{key}.{Environment.ProcessId}.{Guid.NewGuid():N}");
            using (FileStream file = File.Create(temporary))
            {
                file.Write(Magic);
                file.Write(SHA256.HashData(contents));
                file.Write(contents);
            }

            File.Move(temporary, PathOf(key), overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Trace.WriteLine($"The kernel cache in '{folder}' could not be written: {exception.Message}");
        }
    }

    private static byte[]? Unwrap(byte[] file)
    {
        int header = Magic.Length + SHA256.HashSizeInBytes;
        if (file.Length < header || !file.AsSpan().StartsWith(Magic))
            return null;
        byte[] contents = file[header..];
        return SHA256.HashData(contents).AsSpan().SequenceEqual(file.AsSpan(Magic.Length, SHA256.HashSizeInBytes)) ? contents : null;
    }

    private static string? DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } chosen)
            return chosen.Length == 0 ? null : chosen;
        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return local.Length == 0 ? null : Path.Combine(local, "ilgpugan", "kernels");
    }

    private string PathOf(string key) => Path.Combine(folder!, key);
}
