namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Numbers of the pictures of a comparison of sets.</summary>
/// <param name="Outputs">outputs that are compared</param>
/// <param name="AllOutputs">all outputs that there could be: one for each input, or for each random code</param>
/// <param name="Real">real pictures that they are compared with</param>
/// <param name="AllReal">all real pictures of the split</param>
internal sealed record SetCounts(int Outputs, int AllOutputs, int Real, int AllReal)
{
    /// <summary><c>500 of 1000 outputs with 300 real pictures</c>.</summary>
    public override string ToString() =>
        $"{Of(Outputs, AllOutputs)} outputs with {Of(Real, AllReal)} real pictures";

    private static string Of(int taken, int all) => taken == all ? $"{all}" : $"{taken} of {all}";
}
