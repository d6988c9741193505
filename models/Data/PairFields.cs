namespace IlgpuGan.Models.Data;

/// <summary>The two pictures of a translation sample: <c>batch.A</c> and <c>batch.B</c>.</summary>
public static class PairFields
{
    public const string NameOfA = "A";
    public const string NameOfB = "B";
    internal const string NameOfSecondA = "A2";

    extension(Batch batch)
    {
        /// <summary>The generator's input, [N, C, H, W].</summary>
        public Tensor A => batch[NameOfA];

        /// <summary>The target, [N, C', H', W'] (shows the same scene only in aligned data).</summary>
        public Tensor B => batch[NameOfB];

        /// <summary>Other pictures of A's domain, of the same shape; see <see cref="DataSettings.SecondInput"/>.</summary>
        internal Tensor SecondA => batch[NameOfSecondA];
    }
}
