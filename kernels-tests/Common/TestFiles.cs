using System.Collections.Concurrent;
using System.Diagnostics;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.TestsCommon;

/// <summary>Files of the format tests, and the reference programs that they run.</summary>
internal static class TestFiles
{
    /// <summary>PyTorch is installed for Debian's interpreter, which need not be the first on the PATH.</summary>
    private static string Interpreter => OptionalResources.AreHidden ? "python3-is-hidden" : "/usr/bin/python3";

    /// <summary>Import errors of Python modules, or null; cached because importing PyTorch takes seconds.</summary>
    private static readonly ConcurrentDictionary<string, string?> s_problems = new();

    /// <summary>A file made by a script under tools/fixtures.</summary>
    public static string Fixture(string name) => Path.Combine(AppContext.BaseDirectory, "Formats", "fixtures", name);

    public static string Golden(string name) => Path.Combine(AppContext.BaseDirectory, "Golden", "fixtures", "families", name);

    /// <summary>A folder for the current test only.</summary>
    public static string Folder()
    {
        var folder = Path.Combine(TestContext.CurrentContext.WorkDirectory, "formats", TestContext.CurrentContext.Test.ID);
        Directory.CreateDirectory(folder);
        return folder;
    }

    public static string Write(string name, ReadOnlySpan<byte> bytes)
    {
        var path = Path.Combine(Folder(), name);
        File.Delete(path); // Some file systems flush an overwritten file at once, but not a new one.
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>A public checkpoint of the sample collection; skips the test if the collection is missing.</summary>
    public static string Sample(string name) => SharedData.Require($"pth/{name}");

    /// <summary>Runs a Python program with PyTorch, which must succeed. Skips the test if there is no PyTorch.</summary>
    public static void Torch(string program, params string[] arguments) => Python("torch", program, arguments);

    /// <summary>Runs a Python program, which must succeed. Skips the test if the modules are not installed.</summary>
    public static void Python(string modules, string program, params string[] arguments)
    {
        if (s_problems.GetOrAdd(modules, names => Run(Interpreter, ["-c", $"import {names}"])) is { } problem)
        {
            Assert.Ignore($"{Interpreter} has no {modules}: {problem}");
        }
        Assert.That(Run(Interpreter, ["-c", program, .. arguments]), Is.Null);
    }

    /// <summary>Runs a program. Returns null if it succeeds, otherwise the last line of its output.</summary>
    public static string? Run(string program, IEnumerable<string> arguments)
    {
        try
        {
            var (code, output, errors) = SystemProgram.Finish(new ProcessStartInfo(program, arguments));
            return code == 0 ? null : (output + errors).Trim().Split('\n')[^1];
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return e.Message;
        }
    }

    /// <summary>What a program prints; null if it is missing or fails.</summary>
    public static string? Output(string program, IEnumerable<string> arguments)
    {
        try
        {
            var (code, output, _) = SystemProgram.Finish(new ProcessStartInfo(program, arguments));
            return code == 0 ? output : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    /// <summary>Reads every entry and every value of a file.</summary>
    public static List<NamedArray> ReadWhole(string path)
    {
        using var file = TensorFile.Open(path);
        return [.. file.ReadAll().Select(array => new NamedArray(array.Name, array.Type, array.Shape, array.Bytes.ToArray()))];
    }

    /// <summary>Reads a possibly hostile file. Returns null if it is valid, or its exception; any other exception fails the test.</summary>
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
