using System.Diagnostics;
using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.ModelsTests.Ranks;

/// <summary>
/// Libraries of MPI other than Open MPI's are refused by name: their handles are numbers, and calls with addresses would crash. Stand-ins
/// of a few lines, made by the C compiler, say of themselves what the real ones do; the real ones are asked where they are installed.
/// </summary>
[Platform("Linux")]
public sealed class OtherMpiTests : MpiCommandLine
{
    private const string OpenMpisName = "libmpi.so.40";

    [TestCase("libmpich.so.12", "MPICH Version:      4.2.1", "libmpich.so.12, MPICH's library (MPICH Version: 4.2.1)")]
    [TestCase("libmpi.so.12", "Intel(R) MPI Library 2021.11", "libmpi.so.12, the library of MPICH's kin (Intel(R) MPI Library 2021.11)")]
    [TestCase("libmpi_abi.so.0", "MPICH Version: 5.0.0", "libmpi_abi.so.0, that of MPI 5's binary interface (MPICH Version: 5.0.0)")]
    public void ALibraryOfAnotherNameIsNamed(string file, string version, string told)
    {
        Make(file, version);
        Fails.With<RankFailedException>(
            () => MpiLibrary.Load(OpenHere), $"library is not here, only {told}, which is not supported", "install Open MPI");
    }

    /// <summary>MPICH's library can be installed under the name of Open MPI's.</summary>
    [TestCase("libmpi.so.40")]
    [TestCase("libmpi.so")]
    public void ALibraryUnderOpenMpisNameIsNamedByWhatItSays(string file)
    {
        Make(file, "MPICH Version:\t4.0.2\nMPICH Release date: Thu Apr  7 12:34:45 CDT 2022");
        Fails.Starting<RankFailedException>(() => MpiLibrary.Load(OpenHere), $"{file} is MPICH Version: 4.0.2, which is not supported");
    }

    [Test]
    public void ALibraryThatSaysNothingIsRefused()
    {
        Make("libmpi.so.40", version: null);
        Fails.Starting<RankFailedException>(() => MpiLibrary.Load(OpenHere), "libmpi.so.40 is a library without name and version");
    }

    [Test]
    public void WithoutAnyLibraryTheMessageSaysWhatToInstall() => Fails.With<RankFailedException>(
        () => MpiLibrary.Load(OpenHere), "library is not here; install Open MPI (Debian: openmpi-bin)");

    /// <summary>The real libraries, found under Open MPI's name by a process that says that it is one of two.</summary>
    [TestCase("libmpich.so.12", "MPICH")]
    [TestCase("libmpi_abi.so.0", "")]
    [Exhaustive]
    public void AnInstalledLibraryIsRefused(string file, string name)
    {
        string[] folders = ["/usr/lib", "/usr/lib64", "/usr/local/lib", $"/usr/lib/{Machine}-linux-gnu"];
        if (folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) is not { } library)
        {
            Assert.Ignore($"there is no {file}; Debian's libmpich12 has MPICH's, MPICH 5 and Open MPI 6 have that of the binary interface");
            return;
        }

        File.CreateSymbolicLink(In(OpenMpisName), library);
        var (code, said) = Ran(
            "dotnet", [Program, "devices"], new() { ["OMPI_COMM_WORLD_SIZE"] = "2", ["LD_LIBRARY_PATH"] = Folder });
        Assert.That(code, Is.Not.Zero, said);
        Assert.That(said, Does.Contain($"{OpenMpisName} is {name}").And.Contain("which is not supported"));
    }

    /// <summary>Each of them would do all of the work.</summary>
    [Test]
    [Exhaustive]
    public void ProcessesOfMpichsStarterAreRefused()
    {
        var (code, said) = Ran("mpirun.mpich", ["-n", "2", "dotnet", Program, "devices"], new());
        Assert.That(code, Is.Not.Zero, said);
        Assert.That(said, Does.Contain("2 processes were started together by a starter of MPICH or its kin"));
    }

    private static string Machine => RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64";

    private nint OpenHere(string name) => File.Exists(In(name)) ? NativeLibrary.Load(In(name)) : 0;

    /// <summary>Makes a library that has, of all that is MPI, at most its version.</summary>
    private void Make(string file, string? version)
    {
        var text = version?.Replace("\n", "\\n", StringComparison.Ordinal).Replace("\t", "\\t", StringComparison.Ordinal);
        File.WriteAllText(
            In("library.c"),
            text is null
                ? "int nothing(void) { return 0; }"
                : $"int MPI_Get_library_version(char *text, int *length) {{ const char *v = \"{text}\"; int n = 0; " +
                    "for (; v[n]; n++) text[n] = v[n]; text[n] = 0; *length = n; return 0; }");
        using var compiler = Started(new ProcessStartInfo("cc", ["-shared", "-fPIC", "-o", In(file), In("library.c")]));
        compiler.WaitForExit();
        Assert.That(compiler.ExitCode, Is.Zero);
    }

    private (int Code, string Said) Ran(string program, string[] arguments, Dictionary<string, string> environment)
    {
        SystemProgram.Require(program);
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder };
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        var (code, output, errors) = SystemProgram.Finish(start);
        return (code, output + errors);
    }
}
