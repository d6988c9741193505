namespace IlgpuGan.Models.Data;

/// <summary>The two pictures of a sample that is translated: <c>pair.A</c> and <c>pair.B</c>.</summary>
public static class PairFields
{
    public const string NameOfA = "A";
    public const string NameOfB = "B";

    extension(Batch batch)
    {
        /// <summary>The generator's input, [N, C, H, W].</summary>
        public Tensor A => batch[NameOfA];

        /// <summary>The target (of the same scene only if the data are aligned), [N, C', H', W'].</summary>
        public Tensor B => batch[NameOfB];
    }
}
