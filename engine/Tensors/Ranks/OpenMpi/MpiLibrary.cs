using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// The functions of Open MPI's library that ranks need, loaded at run time. Handles are addresses in it: other implementations of MPI,
/// whose handles are numbers, are told by their names and refused.
/// </summary>
internal sealed unsafe partial class MpiLibrary
{
    /// <summary>MPI_THREAD_SERIALIZED: several threads call, one at a time.</summary>
    private const int ThreadsInTurn = 2;

    private const int LoadNow = 2;
    private const int VersionLength = 8192;

    /// <summary>Libraries whose handles are numbers.</summary>
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

    /// <summary>What the library says of itself, in a line.</summary>
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

    /// <summary>Loads the library and joins the job that the process was started in.</summary>
    /// <exception cref="RankFailedException">there is no Open MPI, or it can't be joined</exception>
    public static MpiLibrary Join()
    {
        // Its plug-ins look for its symbols among those that all libraries see.
        var library = Load(name => OpenLibrary(name, LoadNow | (OperatingSystem.IsMacOS() ? 8 : 0x100)));

        // Its handlers of memory faults would take those that .NET makes exceptions of; only an abort is left to it.
        _ = SetEnvironment("OMPI_MCA_opal_signal", "6", 0);
        int provided;
        library.Check(library._initialize(null, null, ThreadsInTurn, &provided), "MPI_Init_thread");
        if (provided < ThreadsInTurn)
        {
            throw new RankFailedException(
                $"{library.Version} was built without threads (it provides level {provided}, {ThreadsInTurn} is needed)");
        }

        library.Check(library._setErrorHandler(library._world, library._errorsReturn), "MPI_Comm_set_errhandler");
        return library;
    }

    public void Leave() => Check(_finalize(), "MPI_Finalize");

    public void Abort(int exitCode) => _ = _abort(_world, exitCode);

    /// <param name="tag">of the message: receivers ask for it by its tag</param>
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

    /// <summary>Whether a message has come that nobody has received.</summary>
    public bool HasCome(int from, int tag)
    {
        int come;
        Check(_probe(from, tag, _world, &come, null), "MPI_Iprobe");
        return come != 0;
    }

    /// <summary>Whether a request is done; then it is freed.</summary>
    public bool IsDone(ref nint request)
    {
        int done;
        fixed (nint* place = &request)
        {
            Check(_test(place, &done, null), "MPI_Test");
        }

        return done != 0;
    }

    /// <summary>Open MPI's library, if it is here and is what its name says.</summary>
    /// <param name="open">opens a library by its file's name; 0 where there is none</param>
    /// <exception cref="RankFailedException">it is not; the message names what is here in its place</exception>
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

    /// <summary>What a library says of itself, up to its first comma.</summary>
    private static string VersionOf(nint library)
    {
        if (!NativeLibrary.TryGetExport(library, "MPI_Get_library_version", out var address))
        {
            return "a library that says of itself neither name nor version";
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

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint OpenLibrary(string name, int mode);

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int replaces);
}
