namespace ILGPU.IR;

/// <summary>Conditions turned over.</summary>
internal static class Conditions
{
    /// <summary>What holds for two integers exactly where the condition does not.</summary>
    public static Condition Inverse(this Condition condition) => condition switch
    {
        Condition.Eq => Condition.Ne,
        Condition.Ne => Condition.Eq,
        Condition.Lt => Condition.Ge,
        Condition.Le => Condition.Gt,
        Condition.Gt => Condition.Le,
        Condition.Ge => Condition.Lt,
        Condition.LtUn => Condition.GeUn,
        Condition.LeUn => Condition.GtUn,
        Condition.GtUn => Condition.LeUn,
        _ => Condition.LtUn,
    };

    /// <summary>What holds for (b, a) exactly where the condition holds for (a, b).</summary>
    public static Condition Swapped(this Condition condition) => condition switch
    {
        Condition.Lt => Condition.Gt,
        Condition.Le => Condition.Ge,
        Condition.Gt => Condition.Lt,
        Condition.Ge => Condition.Le,
        Condition.LtUn => Condition.GtUn,
        Condition.LeUn => Condition.GeUn,
        Condition.GtUn => Condition.LtUn,
        Condition.GeUn => Condition.LeUn,
        _ => condition,
    };
}
