using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using IlgpuGan.Tensors.Formats;
using Microsoft.Win32.SafeHandles;

namespace IlgpuGan.Models.Data;

/// <summary>Tells whether two paths lead to one file, whatever links, spellings and mounts lie between.</summary>
internal static partial class FileIdentity
{
    /// <summary>
    /// A text that is the same for all paths of a file or folder: its volume and its number there. Null if there is none. Where a file
    /// system gives out no numbers, it is the path without links, in one case on systems whose folders usually know none.
    /// </summary>
    public static string? Of(string path) =>
        OperatingSystem.IsWindows() ? OfWindows(path) : OperatingSystem.IsMacOS() ? OfMac(path) : OfLinux(path);

    private static string? ByName(string path)
    {
        if (!Path.Exists(path))
        {
            return null;
        }

        var real = FileStatus.RealPath(path);
        return OperatingSystem.IsLinux() ? real : real.ToUpperInvariant();
    }

    [UnsupportedOSPlatform("windows")]
    private static string? OfLinux(string path)
    {
        // The number at 32, the two parts of the device at 136.
        Span<byte> found = stackalloc byte[FileStatus.Size];
        return FileStatus.TryRead(path, found)
            ? $"{BitConverter.ToUInt64(found[136..])}:{BitConverter.ToUInt64(found[32..])}"
            : ByName(path);
    }

    [UnsupportedOSPlatform("windows")]
    private static string? OfMac(string path)
    {
        // The device at 0, the number at 8.
        Span<byte> found = stackalloc byte[FileStatus.Size];
        return FileStatus.TryRead(path, found) ? $"{BitConverter.ToInt32(found)}:{BitConverter.ToUInt64(found[8..])}" : ByName(path);
    }

    [SupportedOSPlatform("windows")]
    private static string? OfWindows(string path)
    {
        // BY_HANDLE_FILE_INFORMATION of fileapi.h: the volume at 28, the two parts of the number at 44. Folders open with this flag alone.
        const uint shareAll = 7;
        const uint openExisting = 3;
        const uint foldersToo = 0x02000000;
        Span<byte> found = stackalloc byte[52];
        using var handle = CreateFile(Path.GetFullPath(path), 0, shareAll, 0, openExisting, foldersToo, 0);
        return !handle.IsInvalid && GetFileInformationByHandle(handle, found)
            ? $"{BitConverter.ToUInt32(found[28..])}:{BitConverter.ToUInt64(found[44..])}"
            : ByName(path);
    }

    [LibraryImport("kernel32", EntryPoint = "CreateFileW", StringMarshalling = StringMarshalling.Utf16)]
    [SupportedOSPlatform("windows")]
    private static partial SafeFileHandle CreateFile(
        string path, uint access, uint share, nint security, uint creation, uint flags, nint template);

    [LibraryImport("kernel32")]
    [SupportedOSPlatform("windows")]
    [return: MarshalAs(UnmanagedType.Bool)]
    private static partial bool GetFileInformationByHandle(SafeFileHandle file, Span<byte> found);
}
