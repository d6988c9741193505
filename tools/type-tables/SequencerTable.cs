namespace IlgpuGan.TypeTables;

/// <summary>Sequences of a type's numbers from 0 on.</summary>
internal static class SequencerTable
{
    public static string Text(IEnumerable<ElementType> types) => TypeTable.Write(
        """
        namespace ILGPU.Algorithms.Sequencers;

        /// <summary>0, 1, 2 … as indices.</summary>
        public readonly struct IndexSequencer : ISequencer<Index1D>
        {
            public Index1D ComputeSequenceElement(LongIndex1D sequenceIndex) => (int)sequenceIndex.X;
        }
        """,
        types.Select(type => (type.Name, type.Keyword, Cast: type.Keyword == "long" ? "" : $"({type.Keyword})")).Select(type =>
            $$"""
            /// <summary>0, 1, 2 … as <see cref="{{type.Keyword}}"/>.</summary>
            public readonly struct {{type.Name}}Sequencer : ISequencer<{{type.Keyword}}>
            {
                public {{type.Keyword}} ComputeSequenceElement(LongIndex1D sequenceIndex) => {{type.Cast}}sequenceIndex.X;
            }
            """));
}
