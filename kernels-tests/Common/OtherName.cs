using System.Runtime.InteropServices;

namespace IlgpuGan.TestsCommon;

/// <summary>Other names of files and folders.</summary>
internal static class OtherName
{
    /// <summary>A second name of a file, as <c>ln</c> makes it. Skips the test on Windows.</summary>
    public static void HardLink(string link, string file)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("hard links are made by the C library here");
        }

        Assert.That(Link(file, link), Is.Zero);
    }

    /// <summary>A link to a folder. Skips the test where links may not be made, as on many a Windows.</summary>
    public static string OfFolder(string link, string folder)
    {
        try
        {
            return Directory.CreateSymbolicLink(link, folder).FullName;
        }
        catch (IOException problem)
        {
            Assert.Ignore($"links can't be made: {problem.Message}");
            throw;
        }
    }

    [DllImport("libc", EntryPoint = "link", CharSet = CharSet.Ansi, BestFitMapping = false, ThrowOnUnmappableChar = true)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string file, [MarshalAs(UnmanagedType.LPUTF8Str)] string link);
}
