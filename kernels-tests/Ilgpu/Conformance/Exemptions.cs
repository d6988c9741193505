using System.IO.Enumeration;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Members of the API that no test names, by pattern, with the reason.</summary>
internal static class Exemptions
{
    private const string Arity = "one template over the number of arguments; smaller and larger numbers are tested";
    private const string Interface = "called through its interface, for this type, by a generic test";
    private const string Equality = "what value types and records bring along; equality is compared throughout by NUnit";
    private const string Constant = "a named constant";
    private const string Initialiser = "how the library fills a description that users read";
    private const string Event = "unsubscribing";
    private const string Driver = "what a driver reports, shown by PrintInformation; which values depends on the machine";
    private const string Host = "a handle of the host side for callers that go around the API";

    private static readonly (string Pattern, string Reason)[] s_all =
    [
        ("ILGPU.Runtime.KernelLoaders.*", Arity),
        ("ILGPU.Runtime.Accelerator.Launch*", Arity),
        ("ILGPU.Interop.Write*", Arity),
        ("ILGPU.Runtime.Cuda.CudaAsm.Emit*", Arity),
        ("ILGPU.Stride?D+*.*", Interface),
        ("ILGPU.Algorithms.ScanReduceOperations.*", Interface),
        ("ILGPU.Algorithms.RadixSortOperations.*", Interface),
        ("ILGPU.Algorithms.ComparisonOperations.*", Interface),
        ("ILGPU.Algorithms.HistogramOperations.*", Interface),
        ("ILGPU.Algorithms.Sequencers.*", Interface),
        ("ILGPU.Algorithms.MatrixOperations.*Apply*", Interface),
        ("ILGPU.Algorithms.MatrixOperations.*MultiplyAdd*", Interface),
        ("ILGPU.Algorithms.Random.Next*Operation*", Interface),
        ("ILGPU.Algorithms.Random.XorShift*", Interface),
        ("ILGPU.Algorithms.Vectors.*Int*x?.*", Interface),
        ("ILGPU.Algorithms.Vectors.Float*x?.*", Interface),
        ("ILGPU.Util.InlineList+TruePredicate*", Interface),
        ("ILGPU.AtomicOperations.CompareExchange*", Interface),
        ("ILGPU.Algorithms.IdentityTransformer*", Interface),
        ("*.Equals(*", Equality),
        ("*.op_Equality(*", Equality),
        ("*.op_Inequality(*", Equality),
        ("*.CompareTo(*", Equality),
        ("ILGPU.Runtime.Cuda.Cuda*.SM_*", Constant),
        ("ILGPU.Runtime.Cuda.Cuda*.ISA_*", Constant),
        ("ILGPU.Runtime.OpenCL.CLCVersion.CL*", Constant),
        ("ILGPU.BFloat16.*", Constant),
        ("ILGPU.Half.M*", Constant),
        ("*View*.Empty", Constant),
        ("*View?D*.GetEmpty*", Constant),
        ("ILGPU.Runtime.Cuda.*.set_*", Initialiser),
        ("ILGPU.Runtime.OpenCL.*.set_*", Initialiser),
        ("ILGPU.Runtime.CapabilityContext.*", Initialiser),
        ("ILGPU.Runtime.*CapabilityContext..ctor*", Initialiser),
        ("ILGPU.Runtime.DriverStatus.*", Initialiser),
        ("ILGPU.Runtime.KernelTime.*", Initialiser),
        ("ILGPU.Runtime.ProfilingRangeTime.set_*", Initialiser),
        ("ILGPU.Runtime.ProfilingRangeTime..ctor*", Initialiser),
        ("ILGPU.Runtime.Cuda.Cuda*..ctor(*", Initialiser),
        ("*.remove_*", Event),
        ("ILGPU.Runtime.OpenCL.CL*.get_*", Driver),
        ("ILGPU.Runtime.OpenCL.CLDevice.HasExtension*", Driver),
        ("ILGPU.Runtime.Cuda.CudaInstructionSet.get_*", Driver),
        ("*.get_NativePtr*", Host),
        ("*.get_Buffer*", Host),
        ("*.Dispose()*", "called by every using"),
        ("*.CreateStream(IntPtr, Boolean)*", Host),
        ("*Exception..ctor*", "the usual constructors of exceptions"),
        (
            "ILGPU.Runtime.Cuda.AsyncCopy.Copy?`*",
            "the 16-byte form is tested; the others differ by a number in the instruction, which PtxStrictnessTests runs"),
        ("ILGPU.Runtime.Cuda.TensorCores.Pack*", "one instruction, which PtxStrictnessTests runs"),
        ("ILGPU.Runtime.Cuda.*put`1*", "fields of inline PTX's arguments: set by conversions, read by the compiler"),
        ("ILGPU.Runtime.Cuda.Ref`1*", "fields of inline PTX's arguments: set by conversions, read by the compiler"),
    ];

    public static IEnumerable<string> Patterns => s_all.Select(exemption => exemption.Pattern);

    public static string? ReasonFor(string member) => Array.Find(s_all, exemption => Matches(exemption.Pattern, member)).Reason;

    public static bool Matches(string pattern, string member) => FileSystemName.MatchesSimpleExpression(pattern, member, ignoreCase: false);
}
