using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Compiler;

/// <summary>
/// The conformance suite's kernels, compiled as a Debug build does: every expression through a local, branches that go nowhere, no
/// sequence optimised away. The C# compiler of the installed SDK makes that IL here, whatever build these tests are; the suite's own tests,
/// on the machine that runs PTX, then say whether the kernels do what .NET does.
/// </summary>
public sealed class DebugIlTests
{
    private const string Device = "ptx sm_90";

    private static readonly string[] s_suites =
        ["ControlFlowTests", "LanguageTests", "IntegerTests", "NarrowIntegerTests", "LocalMemoryTests", "StructParameterTests"];

    private static readonly Lazy<Assembly?> s_debugBuild = new(Compile);

    [TestCaseSource(nameof(s_suites))]
    public void DebugKernelsDoWhatDotNetDoes(string suite)
    {
        if (s_debugBuild.Value is not { } build)
        {
            Assert.Ignore("There is no C# compiler beside the runtime, or the sources are not where they were compiled.");
            return;
        }

        Type type = build.GetType($"IlgpuGan.KernelsTests.Ilgpu.Conformance.{suite}")!;
        object fixture = Activator.CreateInstance(type, Device)!;
        Call(fixture, "OpenDevice");
        try
        {
            MethodInfo[] tests = [.. type.GetMethods().Where(method => method.IsDefined(typeof(TestAttribute)))];
            Assert.That(tests, Has.Length.GreaterThan(3));
            foreach (MethodInfo test in tests)
            {
                Assert.That(() => Call(fixture, test.Name), Throws.Nothing, test.Name);
            }
        }
        finally
        {
            Call(fixture, "CloseDevice");
        }
    }

    /// <summary>Debug IL is really what is looked at: it stores and loads where Release IL keeps values on the stack.</summary>
    [Test]
    public void TheBuildIsADebugBuild()
    {
        if (s_debugBuild.Value is not { } build)
        {
            Assert.Ignore("There is no C# compiler beside the runtime, or the sources are not where they were compiled.");
            return;
        }

        Assert.That(build.GetCustomAttribute<DebuggableAttribute>()!.IsJITOptimizerDisabled, Is.True);
    }

    private static void Call(object fixture, string method)
    {
        try
        {
            fixture.GetType().GetMethod(method)!.Invoke(fixture, null);
        }
        catch (TargetInvocationException wrapped) when (wrapped.InnerException is { } inner)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(inner);
        }
    }

    private static Assembly? Compile()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "../../.."));
        string? compiler = Directory.Exists(Path.Combine(root, "sdk"))
            ? Directory.GetFiles(Path.Combine(root, "sdk"), "csc.dll", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .LastOrDefault()
            : null;
        string sources = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(Here())!, "../Conformance"));
        if (compiler is null || !Directory.Exists(sources))
        {
            return null;
        }
        string folder = Directory.CreateTempSubdirectory("debug-il").FullName;
        try
        {
            string usings = Path.Combine(folder, "Usings.cs"), result = Path.Combine(folder, "DebugIl.dll");
            File.WriteAllText(
                usings,
                string.Concat(new[] { "", ".Collections.Generic", ".IO", ".Linq", ".Threading", ".Threading.Tasks" }.Select(
                    name => $"global using System{name};\n")));
            string[] arguments =
            [
                compiler, "-nologo", "-target:library", "-optimize-", "-debug:portable", "-unsafe", "-langversion:latest",
                "-nullable:enable", "-nowarn:CS0436", $"-out:{result}",
                .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
                    .Where(reference => Path.GetFileName(reference) != "ILGPU.dll") // The declarations that SignatureTests looks at.
                    .Select(reference => $"-r:{reference}"),
                .. s_suites.Append("Samples").Select(suite => Path.Combine(sources, suite + ".cs")), usings,
            ];
            string response = Path.Combine(folder, "arguments.rsp");
            File.WriteAllLines(response, arguments[1..].Select(argument => $"\"{argument}\""));
            using var process = Process.Start(new ProcessStartInfo(
                Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"),
                [compiler, $"@{response}"]) { RedirectStandardOutput = true, UseShellExecute = false })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.That(process.ExitCode, Is.Zero, output);
            using var dll = new MemoryStream(File.ReadAllBytes(result));
            using var pdb = new MemoryStream(File.ReadAllBytes(Path.ChangeExtension(result, "pdb")));
            return AssemblyLoadContext.Default.LoadFromStream(dll, pdb);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static string Here([CallerFilePath] string path = "") => path;
}
