using System.Diagnostics;
using System.Security.Cryptography;
using System.Text;
using ILGPU.Backends;

namespace ILGPU.Runtime;

/// <summary>
/// Compiled kernels on disk, one file a kernel, shared by all processes of a user. Files appear whole or not at all (written aside, then
/// renamed) and carry a checksum; what is damaged, stale or unreadable counts as absent. A cache that can't be written only costs time.
/// When the folder outgrows its limit, the entries that were used longest ago go.
/// </summary>
/// <param name="folder">Where the files lie; null for no cache.</param>
/// <param name="limitInBytes">How large all entries may be together.</param>
internal sealed class KernelDiskCache(string? folder, long limitInBytes = KernelDiskCache.DefaultLimitInBytes)
{
    public const long DefaultLimitInBytes = 256L << 20;

    /// <summary>Writes between two looks at the size of the folder; the first write of a process looks as well.</summary>
    private const int WritesBetweenTrims = 64;

    /// <summary>How long an entry counts as just used, so that reading seldom writes.</summary>
    private static readonly TimeSpan s_useResolution = TimeSpan.FromHours(12);

    /// <summary>A file that was written aside and never renamed belongs to a process that died.</summary>
    private static readonly TimeSpan s_abandonedAfter = TimeSpan.FromHours(1);

    private int _writes;

    /// <summary>Overrides the folder; empty turns the cache off.</summary>
    public const string FolderVariable = "ILGPUGAN_KERNEL_CACHE";

    /// <summary>Distinguishes our files, and their format, from anything else.</summary>
    private static readonly byte[] s_magic = "IlgpuGan kernel 1\n"u8.ToArray();

    public static KernelDiskCache Default { get; } = new(DefaultFolder());

    public bool IsEnabled => folder is not null;

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
        {
            return null;
        }

        try
        {
            byte[]? contents = Unwrap(File.ReadAllBytes(PathOf(key)));
            if (contents is not null && DateTime.UtcNow - File.GetLastWriteTimeUtc(PathOf(key)) > s_useResolution)
            {
                File.SetLastWriteTimeUtc(PathOf(key), DateTime.UtcNow);
            }

            return contents;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    public void Write(string key, ReadOnlySpan<byte> contents)
    {
        if (folder is null)
        {
            return;
        }

        try
        {
            Directory.CreateDirectory(folder);
            string temporary = PathOf($"{key}.{Environment.ProcessId}.{Guid.NewGuid():N}");
            using (FileStream file = File.Create(temporary))
            {
                file.Write(s_magic);
                file.Write(SHA256.HashData(contents));
                file.Write(contents);
            }

            File.Move(temporary, PathOf(key), overwrite: true);
            if (Interlocked.Increment(ref _writes) % WritesBetweenTrims == 1)
            {
                Trim(folder);
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Trace.WriteLine($"The kernel cache in '{folder}' could not be written: {exception.Message}");
        }
    }

    private void Trim(string directory)
    {
        FileInfo[] files = new DirectoryInfo(directory).GetFiles();
        long total = files.Sum(file => file.Length);
        foreach (FileInfo file in files.OrderBy(file => file.LastWriteTimeUtc))
        {
            bool isAbandoned = file.Name.Contains('.') && DateTime.UtcNow - file.LastWriteTimeUtc > s_abandonedAfter;
            if (total <= limitInBytes && !isAbandoned)
            {
                continue;
            }

            // Another process may have removed it first, which is no error.
            File.Delete(file.FullName);
            total -= file.Length;
        }
    }

    private static byte[]? Unwrap(byte[] file)
    {
        int header = s_magic.Length + SHA256.HashSizeInBytes;
        if (file.Length < header || !file.AsSpan().StartsWith(s_magic))
        {
            return null;
        }

        byte[] contents = file[header..];
        return SHA256.HashData(contents).AsSpan().SequenceEqual(file.AsSpan(s_magic.Length, SHA256.HashSizeInBytes)) ? contents : null;
    }

    private static string? DefaultFolder()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } chosen)
        {
            return chosen.Length == 0 ? null : chosen;
        }

        string local = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData);
        return local.Length == 0 ? null : Path.Combine(local, "ilgpugan", "kernels");
    }

    private string PathOf(string key) => Path.Combine(folder!, key);
}
