using System.Collections.Concurrent;
using System.Diagnostics;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.TestsCommon;

/// <summary>Where the format tests find their files and the programs that judge them.</summary>
internal static class TestFiles
{
    /// <summary>PyTorch belongs to Debian's interpreter, not to what comes first on the PATH.</summary>
    private static string Interpreter => Companions.AreHidden ? "python3-is-hidden" : "/usr/bin/python3";

    /// <summary>What is wrong with modules of Python's, or null: importing PyTorch takes seconds.</summary>
    private static readonly ConcurrentDictionary<string, string?> s_problems = new();

    /// <summary>A file made by a script under tools/fixtures.</summary>
    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Formats", "fixtures", name);

    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures", name);

    /// <summary>A folder of this test alone.</summary>
    public static string Folder()
    {
        var folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "formats", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public static string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Folder(), name);
        File.Delete(path); // A file that is written over is brought to the disk at once by some file systems, a new one is not.
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A public checkpoint of the sample collection, which lies beside the repository where there is one.</summary>
    public static string Sample(string name) => SharedData.Require($"pth/{name}");

    /// <summary>Runs a Python program that imports torch, and that must succeed; skips the test where there is no PyTorch.</summary>
    public static void Torch(string program, params string[] arguments) => Python("torch", program, arguments);

    /// <summary>Runs a Python program, which must succeed; skips the test where the modules that it needs are not installed.</summary>
    public static void Python(string modules, string program, params string[] arguments)
    {
        if (s_problems.GetOrAdd(modules, names => Run(Interpreter, ["-c", $"import {names}"])) is { } problem)
        {
            Assert.Ignore($"{Interpreter} has no {modules}: {problem}");
        }
        Assert.That(Run(Interpreter, ["-c", program, .. arguments]), Is.Null);
    }

    /// <summary>Runs a program: null if it succeeds, otherwise the last of what it said.</summary>
    public static string? Run(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(
            program, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        try
        {
            using var process = Process.Start(start)!;
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0 ? null : (output.Result + errors).Trim().Split('\n')[^1];
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    /// <summary>Reads a file whole, as a careful program would: every entry, every value.</summary>
    public static List<NamedArray> ReadWhole(string path)
    {
        using var file = TensorFile.Open(path);
        return [.. file.ReadAll().Select(array => new NamedArray(array.Name, array.Type, array.Shape, array.Bytes.ToArray()))];
    }

    /// <summary>Opens and reads hostile bytes: either they are fine, or there is the one exception, which is returned.</summary>
    public static CheckpointFormatException? Attempt(string path)
    {
        try
        {
            ReadWhole(path);
            return null;
        }
        catch (CheckpointFormatException e)
        {
            return e;
        }
    }
}
