import { render } from 'preact';
import { defineUnlistedScript } from 'wxt/utils/define-unlisted-script';
import { Notice } from '../components/Notice.tsx';
import css from '../components/notice.css?inline';
import { basicActions } from '../utils/messages/capture-actions.ts';
import { type NoticeContent, showNotice } from '../utils/notice/live-notice.ts';

/** The card beside the code, put into the page only when there is one and the popup could not open. */
export default defineUnlistedScript(() =>
  showNotice(css, (card, content) => render(content ? noticeOf(content) : null, card)),
);

const noticeOf = ({ capture, guide, dismiss, leave, move }: NoticeContent) => (
  <Notice
    capture={capture}
    guide={guide}
    actions={basicActions(capture.id, leave)}
    onDismiss={dismiss}
    onMove={move}
  />
);
