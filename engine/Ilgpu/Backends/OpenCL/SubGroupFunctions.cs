using ILGPU.IR;

namespace ILGPU.Backends.OpenCL;

/// <summary>What threads of a sub-group do together, in OpenCL C.</summary>
/// <param name="subGroups">What the device has.</param>
internal sealed class SubGroupFunctions(OpenCLSubGroups subGroups)
{
    /// <summary>The position in the sub-group.</summary>
    public const string LaneIndex = "(int)get_sub_group_local_id()";

    /// <summary>The extensions that these functions belong to.</summary>
    public IEnumerable<string> Extensions => subGroups.IsKhronos
        ? ["cl_khr_subgroups", "cl_khr_subgroup_shuffle"]
        : ["cl_intel_subgroups"];

    /// <summary>Stands before the kernel: a compiler that may choose would take a size of its own.</summary>
    public string KernelAttributes =>
        subGroups.IsDemanded ? $"__attribute__((intel_reqd_sub_group_size({subGroups.Size})))\n" : "";

    public static string Barrier(string fences) => $"sub_group_barrier({fences})";

    /// <summary>The name and the text of the function for a shuffle.</summary>
    /// <remarks>
    /// It takes value, operand and width. A lane that points outside its segment or at a lane that does not exist keeps its own value: what
    /// the built-in functions would leave undefined.
    /// </remarks>
    public (string Name, string Text) Shuffle(ShuffleKind kind, string type)
    {
        var name = $"shuffle_{kind.ToString().ToLowerInvariant()}_{type}";
        var source = kind switch
        {
            ShuffleKind.Index => "segment + (operand & (width - 1))",
            ShuffleKind.Up => "lane - operand",
            ShuffleKind.Down => "lane + operand",
            _ => "lane ^ operand",
        };
        var read = subGroups.IsKhronos ? "sub_group_shuffle" : "intel_sub_group_shuffle";
        var text = $$"""
            static {{type}} {{name}}({{type}} value, int operand, int width)
            {
                int lane = {{LaneIndex}};
                int segment = lane & -width;
                int source = {{source}};
                int exists = source >= segment && source < segment + width && source < (int)get_sub_group_size();
                return {{read}}(value, (uint)(exists ? source : lane));
            }
            """;
        return (name, text.ReplaceLineEndings("\n"));
    }
}
