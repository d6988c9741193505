using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// The functions of Open MPI's library that ranks need, loaded at run time. Its handles are addresses of symbols; other implementations of
/// MPI have integer handles, so they are recognised by their file names and refused.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>MPI_THREAD_SERIALIZED: several threads call, one at a time.</summary>
    private const int ThreadSerialized = 2;

    private const int LoadNow = 2;
    private const int VersionLength = 8192;

    /// <summary>Libraries with integer handles.</summary>
    private static readonly (string Name, string Kind)[] s_others =
    [
        ("libmpich.so.12", "MPICH's library"), ("libmpi.so.12", "the library of MPICH's kin"),
        ("libmpi_abi.so.0", "that of MPI 5's binary interface"),
    ];

    private readonly delegate* unmanaged<int*, byte***, int, int*, int> _initialize;
    private readonly delegate* unmanaged<int> _finalize;
    private readonly delegate* unmanaged<nint, int*, int> _rank;
    private readonly delegate* unmanaged<nint, int*, int> _size;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> _send;
    private readonly delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int> _receive;
    private readonly delegate* unmanaged<nint*, int*, void*, int> _test;
    private readonly delegate* unmanaged<int, int, nint, int*, void*, int> _probe;
    private readonly delegate* unmanaged<nint, int, int> _abort;
    private readonly delegate* unmanaged<nint, nint, int> _setErrorHandler;
    private readonly nint _world;
    private readonly nint _byte;
    private readonly nint _errorsReturn;

    private MpiLibrary(nint library)
    {
        _initialize = (delegate* unmanaged<int*, byte***, int, int*, int>)NativeLibrary.GetExport(library, "MPI_Init_thread");
        _finalize = (delegate* unmanaged<int>)NativeLibrary.GetExport(library, "MPI_Finalize");
        _rank = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_rank");
        _size = (delegate* unmanaged<nint, int*, int>)NativeLibrary.GetExport(library, "MPI_Comm_size");
        _send = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Isend");
        _receive = (delegate* unmanaged<void*, int, nint, int, int, nint, nint*, int>)NativeLibrary.GetExport(library, "MPI_Irecv");
        _test = (delegate* unmanaged<nint*, int*, void*, int>)NativeLibrary.GetExport(library, "MPI_Test");
        _probe = (delegate* unmanaged<int, int, nint, int*, void*, int>)NativeLibrary.GetExport(library, "MPI_Iprobe");
        _abort = (delegate* unmanaged<nint, int, int>)NativeLibrary.GetExport(library, "MPI_Abort");
        _setErrorHandler = (delegate* unmanaged<nint, nint, int>)NativeLibrary.GetExport(library, "MPI_Comm_set_errhandler");
        _world = NativeLibrary.GetExport(library, "ompi_mpi_comm_world");
        _byte = NativeLibrary.GetExport(library, "ompi_mpi_byte");
        _errorsReturn = NativeLibrary.GetExport(library, "ompi_mpi_errors_return");
        Version = VersionOf(library);
    }

    /// <summary>Name and version, as the library reports them, in one line.</summary>
    public string Version { get; }

    public int Rank
    {
        get
        {
            int rank;
            Check(_rank(_world, &rank), "MPI_Comm_rank");
            return rank;
        }
    }

    public int Size
    {
        get
        {
            int size;
            Check(_size(_world, &size), "MPI_Comm_size");
            return size;
        }
    }

    /// <summary>Loads the library and joins the job of this process.</summary>
    /// <exception cref="RankFailedException">Open MPI is missing, or the job can't be joined</exception>
    public static MpiLibrary Join()
    {
        if (OperatingSystem.IsWindows())
        {
            throw new RankFailedException("several processes train together by Open MPI, which there is not for Windows; use WSL for that");
        }

        // RTLD_GLOBAL: the library's plug-ins look up its symbols among the global ones.
        var library = Load(OpenGlobally);

        // Its SIGSEGV handler would replace .NET's, which turns faults into exceptions; restrict it to SIGABRT (6).
        _ = SetEnvironment("OMPI_MCA_opal_signal", "6", 0);
        int provided;
        library.Check(library._initialize(null, null, ThreadSerialized, &provided), "MPI_Init_thread");
        if (provided < ThreadSerialized)
        {
            throw new RankFailedException(
                $"{library.Version} was built without threads (it provides level {provided}, {ThreadSerialized} is needed)");
        }

        library.Check(library._setErrorHandler(library._world, library._errorsReturn), "MPI_Comm_set_errhandler");
        return library;
    }

    public void Leave() => Check(_finalize(), "MPI_Finalize");

    public void Abort(int exitCode) => _ = _abort(_world, exitCode);

    /// <param name="tag">tag of the message; the receiver must give the same</param>
    /// <returns>the request</returns>
    public nint BeginSend(void* bytes, int count, int to, int tag)
    {
        nint request;
        Check(_send(bytes, count, _byte, to, tag, _world, &request), "MPI_Isend");
        return request;
    }

    /// <returns>the request</returns>
    public nint BeginReceive(void* bytes, int count, int from, int tag)
    {
        nint request;
        Check(_receive(bytes, count, _byte, from, tag, _world, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Whether a message has arrived that was not received yet.</summary>
    public bool HasArrived(int from, int tag)
    {
        int arrived;
        Check(_probe(from, tag, _world, &arrived, null), "MPI_Iprobe");
        return arrived != 0;
    }

    /// <summary>Whether a request is done; if so, it is freed.</summary>
    public bool IsDone(ref nint request)
    {
        int done;
        fixed (nint* address = &request)
        {
            Check(_test(address, &done, null), "MPI_Test");
        }

        return done != 0;
    }

    /// <summary>Loads Open MPI's library.</summary>
    /// <param name="open">opens a library by its file name; returns 0 if there is none</param>
    /// <exception cref="RankFailedException">it is missing, or is another MPI; the message names what is there instead</exception>
    internal static MpiLibrary Load(Func<string, nint> open)
    {
        string[] names = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40", "libmpi.so"];
        foreach (var name in names)
        {
            if (open(name) is not 0 and var library)
            {
                return NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? new MpiLibrary(library)
                    : throw new RankFailedException(
                        $"{name} is {VersionOf(library)}, which is not supported; install Open MPI (Debian: openmpi-bin) and start with " +
                            "its mpirun");
            }
        }

        var found = "";
        foreach (var (name, kind) in s_others)
        {
            if (found.Length == 0 && open(name) is not 0 and var library)
            {
                found = $", only {name}, {kind} ({VersionOf(library)}), which is not supported";
            }
        }

        throw new RankFailedException(
            $"the process was started as one of several, but Open MPI's library is not here{found}; install Open MPI (Debian: " +
                "openmpi-bin) and start with its mpirun");
    }

    /// <summary>The library's version text up to the first comma.</summary>
    private static string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out var address))
        {
            return "a library without name and version";
        }

        var text = stackalloc byte[VersionLength];
        int length;
        _ = ((delegate* unmanaged<byte*, int*, int>)address)(text, &length);
        var whole = Encoding.UTF8.GetString(text, Math.Clamp(length, 0, VersionLength)).Trim('\0', ' ', '\n');
        return string.Join(' ', whole.Split([',', '\n'])[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    private void Check(int result, string call)
    {
        if (result != 0)
        {
            throw new RankFailedException($"{call} failed with code {result} ({Version})");
        }
    }

    [UnsupportedOSPlatform("windows")]
    private static nint OpenGlobally(string name) => OpenLibrary(name, LoadNow | (OperatingSystem.IsMacOS() ? 8 : 0x100));

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenLibrary(string name, int mode);

    [UnsupportedOSPlatform("windows")]
    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int replaces);
}
