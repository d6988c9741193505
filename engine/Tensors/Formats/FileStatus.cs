using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IlgpuGan.Tensors.Formats;

/// <summary>What a system tells of a file without opening it: who opens a pipe waits for its other end.</summary>
internal static partial class FileStatus
{
    /// <summary>More links than this, one leading to the next, lead in a circle; Linux has the same limit.</summary>
    private const int MostLinks = 40;

    /// <summary>Room for a file's status.</summary>
    public const int Size = 256;

    /// <summary>Whether a path leads to something that is there and neither a file nor a folder: a pipe, a socket or a device.</summary>
    public static bool IsSpecial(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return false;
        }

        const int kinds = 0xF000;
        const int folder = 0x4000;
        const int file = 0x8000;
        Span<byte> status = stackalloc byte[Size];
        return TryRead(path, status)
            && (BitConverter.ToUInt16(status[(OperatingSystem.IsMacOS() ? 4 : 28)..]) & kinds) is not (folder or file);
    }

    /// <summary>To be called before a file is opened to be read: nobody may ever write to a pipe.</summary>
    /// <exception cref="IOException">it is no ordinary file</exception>
    public static void RequireFile(string path)
    {
        if (IsSpecial(path))
        {
            throw NoFile(path);
        }
    }

    /// <summary>The exception for what is no ordinary file.</summary>
    public static IOException NoFile(string path) =>
        new($"{path}: is no ordinary file but a pipe or a device; save it as a file first");

    /// <summary>Whether two files are of one user and one group; false if that may not be known.</summary>
    [UnsupportedOSPlatform("windows")]
    public static bool HaveOneOwner(string one, string other)
    {
        const int user = 4;
        const int group = 4;
        var place = OperatingSystem.IsMacOS() ? 16 : 20;
        Span<byte> first = stackalloc byte[Size];
        Span<byte> second = stackalloc byte[Size];
        return TryRead(one, first) && TryRead(other, second)
            && first.Slice(place, user + group).SequenceEqual(second.Slice(place, user + group));
    }

    /// <summary>A full path with all links resolved; the full path itself if they lead in a circle.</summary>
    public static string RealPath(string path)
    {
        var (full, links) = (Path.GetFullPath(path), 0);
        return Resolved(Path.GetPathRoot(full)!, full) ?? full;

        // Part by part: what comes before a ".." may be a link itself.
        string? Resolved(string start, string rest)
        {
            var root = Path.GetPathRoot(rest)!;
            var real = root.Length switch
            {
                0 => start,
                1 => Path.GetPathRoot(start)!, // On Windows the drive of the link.
                _ => root,
            };
            foreach (var part in rest[root.Length..].Split(
                [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar], StringSplitOptions.RemoveEmptyEntries))
            {
                if (part is "." or "..")
                {
                    real = part == "." ? real : Path.GetDirectoryName(real) ?? real;
                    continue;
                }

                var next = Path.Combine(real, part);
                if (new DirectoryInfo(next).LinkTarget is not { } target)
                {
                    real = next;
                }
                else if (++links > MostLinks || Resolved(real, target) is not { } there)
                {
                    return null;
                }
                else
                {
                    real = there;
                }
            }

            return real;
        }
    }

    /// <summary>
    /// Reads the status of what a path leads to: <c>struct statx</c> of linux/stat.h, on macOS <c>struct stat</c> of sys/stat.h with 64-bit
    /// numbers.
    /// </summary>
    /// <returns>false if there is nothing, or it may not be known</returns>
    [UnsupportedOSPlatform("windows")]
    public static bool TryRead(string path, Span<byte> status)
    {
        const int here = -100;
        const uint kindOwnerAndNumber = 0x119;
        var failed = !OperatingSystem.IsMacOS() ? Statx(here, path, 0, kindOwnerAndNumber, status)
            : RuntimeInformation.ProcessArchitecture == Architecture.X64 ? StatOfX64(path, status)
            : Stat(path, status);
        return failed == 0;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [UnsupportedOSPlatform("windows")]
    private static partial int Statx(int folder, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat", StringMarshalling = StringMarshalling.Utf8)]
    [UnsupportedOSPlatform("windows")]
    private static partial int Stat(string path, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "stat$INODE64", StringMarshalling = StringMarshalling.Utf8)]
    [UnsupportedOSPlatform("windows")]
    private static partial int StatOfX64(string path, Span<byte> status);
}
